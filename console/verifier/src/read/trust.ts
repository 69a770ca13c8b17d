/**
 * What was given from outside: a policy (C2SP tlog-policy), a log's verifier key, or its fingerprint off a letter. What
 * cannot be used ends nothing: the package is checked as without it, and line 2 says what was wrong.
 */

import { Malformed, utf8 } from "./bytes";
import { ED25519, parseVerifierKey } from "./note";
import { parsePolicy, type Policy } from "./policy";

const MOST_BYTES = 2 ** 20;
// 64 hex digits, in groups or not, wherever they stand in a line of a letter.
const PRINTED = /(?<![0-9a-z])[0-9a-f](?:[ \t\r\n\u00a0:.-]{0,8}[0-9a-f]){63}(?![0-9a-z])/g;
const GROUPED = /^[0-9a-f \t\r\n\u00a0:.-]+$/;
export const WANTED = "a policy.txt, a log's key, or a fingerprint of 64 hex digits";

export type Trust =
  | { kind: "policy"; policy: Policy; data: Uint8Array }
  /** SHA-256 of the log key's 32 bytes, in hex. */
  | { kind: "fingerprint"; fingerprint: string }
  | { kind: "wrong"; why: string };

/** The fingerprints that stand in a text, however their digits are grouped. */
export function fingerprintsIn(text: string): string[] {
  const found = text.toLowerCase().match(PRINTED) ?? [];
  return [...new Set(found.map((one) => one.replace(/[^0-9a-f]/g, "")))];
}

/** Never throws: what is of no use says so. */
export function parseTrust(given: string): Trust {
  const wrong = (why: string): Trust => ({ kind: "wrong", why });
  const data = utf8(given);
  const source = given.trim();
  if (data.length > MOST_BYTES) return wrong("more than a megabyte");
  const bare = source.includes("+") && !/\s/.test(source);
  let why = "";
  try {
    if (!bare) return { kind: "policy", policy: parsePolicy(given.endsWith("\n") ? data : utf8(`${given}\n`)), data };
    const key = parseVerifierKey(source);
    if (key.kind !== ED25519) return wrong("the key of a witness, not that of a log");
    return { kind: "policy", policy: { logs: [key], witnesses: new Map(), groups: [], quorum: "none" }, data };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    why = error.message;
  }
  const [fingerprint, another] = fingerprintsIn(source);
  if (another) return wrong("more than one fingerprint");
  if (fingerprint) return { kind: "fingerprint", fingerprint };
  const lowered = source.toLowerCase();
  const digits = lowered.replace(/[^0-9a-f]/g, "").length;
  if (digits > 7 && GROUPED.test(lowered)) return wrong(`${digits} digits instead of 64`);
  if (bare) return wrong(`a key that is damaged: ${why}`);
  if (/^(?:log|witness|group|quorum) /.test(source)) return wrong(`a policy that is damaged: ${why}`);
  return wrong("there is no key in it");
}
