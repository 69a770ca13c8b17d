/** A fingerprint that somebody types, against the one that a package names. */

const GROUP = 4;

export function groups(fingerprint: string): string[] {
  return fingerprint.match(new RegExp(`.{1,${GROUP}}`, "g")) ?? [];
}

export interface Compared {
  matching: number;
  all: number;
  /** The first group (from 1) that differs; 0 for none so far. */
  differs: number;
}

/** How far what was typed agrees with a fingerprint; an unfinished last group counts once it contradicts. */
export function compare(typed: string, fingerprint: string): Compared {
  const mine = groups(typed.toLowerCase().replace(/[^0-9a-z]/g, ""));
  const theirs = groups(fingerprint);
  const wrong = mine.findIndex((one, i) => !theirs[i]?.startsWith(one));
  const matching = (wrong < 0 ? mine : mine.slice(0, wrong)).filter((one, i) => one === theirs[i]).length;
  return { matching, all: theirs.length, differs: wrong + 1 };
}
