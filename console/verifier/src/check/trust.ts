/** From what was given from outside to the policy that the log is held to. */

import { sha256 } from "../hash/sha";
import { equal, hex, Malformed } from "../read/bytes";
import type { Container } from "../read/container";
import { parsePolicy, type Policy } from "../read/policy";
import { type Trust, WANTED } from "../read/trust";
import { CHECKPOINT, MOST_NOTE, POLICY } from "./material";
import type { Verdicts } from "./verdicts";

/** Undefined where the log can only be held to the package's own policy. Line 2 says why. */
export async function settle(verdicts: Verdicts, container: Container, given: Trust | undefined): Promise<Policy | undefined> {
  const verdict = verdicts.of(2);
  if (!given) {
    verdict.add("no_trust", "");
    return undefined;
  }
  if (given.kind === "wrong") {
    verdict.add("trust_unusable", "", WANTED, given.why);
    return undefined;
  }
  const blob = container.files.get(POLICY);
  const own = blob && blob.size <= MOST_NOTE ? new Uint8Array(await blob.arrayBuffer()) : new Uint8Array();
  if (given.kind === "policy") {
    if (own.length && equal(given.data, own)) verdict.facts["trust_is_copy"] = true;
    return given.policy;
  }
  return named(verdicts, own, given.fingerprint);
}

/** The log key of this fingerprint, out of the package's policy, and it alone; none when no log there has it. */
function named(verdicts: Verdicts, own: Uint8Array, fingerprint: string): Policy | undefined {
  const verdict = verdicts.of(2);
  let logs: Policy["logs"];
  try {
    ({ logs } = parsePolicy(own));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    verdict.add("not_read", POLICY);
    return undefined;
  }
  const prints = logs.map((log) => hex(sha256(log.publicKey)));
  const mine = logs.filter((_, i) => prints[i] === fingerprint);
  if (mine.length) return { logs: mine, witnesses: new Map(), groups: [], quorum: "none" };
  verdict.add("log_not_trusted", CHECKPOINT, fingerprint, prints.join(", "));
  return undefined;
}
