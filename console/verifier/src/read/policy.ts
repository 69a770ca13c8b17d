/** C2SP tlog-policy: which logs and witnesses are trusted, and how many of them must have signed. */

import { Malformed } from "./bytes";
import { number, parseVerifierKey, type VerifierKey } from "./note";

const MOST_BYTES = 2 ** 20;
const MOST_LINES = 4097;

export interface Policy {
  logs: VerifierKey[];
  witnesses: Map<string, VerifierKey>;
  groups: { name: string; needed: number; members: string[] }[];
  quorum: string;
}

/** Throws Malformed. */
export function parsePolicy(data: Uint8Array): Policy {
  const lines = new TextDecoder("utf-8", { ignoreBOM: true }).decode(data).split("\n");
  if (data.length > MOST_BYTES || lines[lines.length - 1] !== "" || lines.length > MOST_LINES)
    throw new Malformed("a policy of too many lines, or without a newline at its end");
  const policy: Policy = { logs: [], witnesses: new Map(), groups: [], quorum: "" };
  const names = new Set(["none"]);
  const members = new Set<string>();
  for (const line of lines) {
    const words = line.split(/[ \t]+/).filter(Boolean);
    if (words.length && !words[0]!.startsWith("#")) take(policy, names, members, words);
  }
  if (!policy.quorum) throw new Malformed("a policy without a quorum");
  return policy;
}

function take(policy: Policy, names: Set<string>, members: Set<string>, words: string[]): void {
  const [kind, ...rest] = words as [string, ...string[]];
  const [first = "", second = ""] = rest;
  if (kind === "log" && rest.length >= 1 && rest.length <= 2) {
    policy.logs.push(parseVerifierKey(first));
  } else if (kind === "witness" && rest.length >= 2 && rest.length <= 3 && !names.has(first)) {
    policy.witnesses.set(first, parseVerifierKey(second));
    names.add(first);
  } else if (kind === "group" && rest.length >= 3 && !names.has(first)) {
    group(policy, names, members, rest);
  } else if (kind === "quorum" && rest.length === 1 && names.has(first) && !policy.quorum) {
    policy.quorum = first;
  } else throw new Malformed(`a line of a policy that cannot be: ${words.join(" ").slice(0, 60)}`);
}

function group(policy: Policy, names: Set<string>, taken: Set<string>, rest: string[]): void {
  const [name, threshold, ...members] = rest as [string, string, ...string[]];
  const needed = threshold === "any" ? 1 : threshold === "all" ? members.length : number(threshold);
  const once = new Set(members).size === members.length && !members.some((one) => taken.has(one));
  const known = members.every((one) => one !== "none" && names.has(one));
  if (!once || !known || needed < 1 || needed > members.length) throw new Malformed("a group that cannot be");
  for (const one of members) taken.add(one);
  policy.groups.push({ name, needed, members });
  names.add(name);
}

/** Whether these witnesses make the quorum; members of a group stand before it. */
export function reached(policy: Policy, witnesses: Iterable<string>): boolean {
  const there = new Set(witnesses);
  for (const { name, needed, members } of policy.groups)
    if (members.filter((one) => there.has(one)).length >= needed) there.add(name);
  return policy.quorum === "none" || there.has(policy.quorum);
}

