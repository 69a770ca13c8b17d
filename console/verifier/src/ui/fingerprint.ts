/** A fingerprint that somebody types or pastes, against the one that a package names; in groups as on paper. */

import { fingerprintsIn } from "../read/trust";

const GROUP = 8;

export function groups(fingerprint: string): string[] {
  return fingerprint.match(new RegExp(`.{1,${GROUP}}`, "g")) ?? [];
}

export interface Compared {
  /** Each group that was typed; `fits` is undefined for a last one that may still become right. */
  groups: { text: string; fits: boolean | undefined }[];
  matching: number;
  all: number;
  /** The first group (from 1) that differs; 0 for none so far. */
  differs: number;
  /** Whether as many digits were given as a fingerprint has. */
  complete: boolean;
}

/** How far what was given agrees with a fingerprint. Out of a line of a letter the 64 digits are taken. */
export function compare(given: string, fingerprint: string): Compared {
  const found = fingerprintsIn(given);
  const digits = found.length === 1 ? found[0]! : given.toLowerCase().replace(/[^0-9a-z]/g, "");
  const theirs = groups(fingerprint);
  const mine = groups(digits).map((text, i) => {
    const other = theirs[i];
    return { text, fits: text === other ? true : other?.startsWith(text) ? undefined : false };
  });
  return {
    groups: mine,
    matching: mine.filter(({ fits }) => fits).length,
    all: theirs.length,
    differs: mine.findIndex(({ fits }) => fits === false) + 1,
    complete: found.length === 1,
  };
}
