/** Verdict 3: every entry used stands in one append-only log, was signed by who may write it, and witnesses saw it. */

import { keyId } from "../hash/sha";
import { hex, Malformed } from "../read/bytes";
import type { Container } from "../read/container";
import { consistent, included } from "../read/merkle";
import { type Checkpoint, parseCheckpoint, signedBy } from "../read/note";
import { parsePolicy, type Policy, reached } from "../read/policy";
import { parseHashes, parseProof } from "../read/proof";
import { entrySigned, enrolments, type KeyBody, revocations, signingLogs } from "./authentic";
import { CHECKPOINT, type Entry, type KeyRecord, type Material, MOST_NOTE, POLICY, SIGNATURES, whereOf } from "./material";
import { unhex } from "./shape";
import { compare, type Verdict, type Verdicts } from "./verdicts";

const PROOFS = "meta/proofs/";
const OLDER = "meta/checkpoints/";
const CONSISTENCY = "meta/consistency/";
const ZEROS = "0".repeat(64);

/** Checkpoints of the package that stand, with the seconds at which trusted witnesses cosigned each. */
export interface Seen {
  policy: Policy;
  points: Map<number, Checkpoint>;
  times: Map<number, number[]>;
}

async function bytesOf(container: Container, path: string): Promise<Uint8Array> {
  const blob = container.files.get(path)!;
  if (blob.size > MOST_NOTE) throw new Malformed("more than a megabyte");
  return new Uint8Array(await blob.arrayBuffer());
}

/** Answers the checkpoints that verdict 5 may rely on. */
export async function checkLogged(
  verdicts: Verdicts,
  container: Container,
  material: Material,
  trusted: Policy | undefined,
): Promise<Seen> {
  const none: Policy = { logs: [], witnesses: new Map(), groups: [], quorum: "none" };
  const seen: Seen = { policy: none, points: new Map(), times: new Map() };
  const verdict = verdicts.of(3);
  if (!material.checkpoint) return seen;
  const policy = trusted ?? (await ownPolicy(verdicts, container));
  if (policy) {
    seen.policy = policy;
    checkCheckpoint(verdict, material, material.checkpoint, seen);
    await checkOlder(verdict, container, material.checkpoint, seen);
  }
  if (material.entries) {
    await checkProofs(verdict, container, material.entries, material.checkpoint);
    checkChains(verdict, material.entries);
    if (material.keys) checkSignatures(verdict, material);
  }
  verdict.facts["entries"] = material.entries?.length ?? 0;
  return seen;
}

/** The policy inside the package: it proves nothing about itself, but everything can be held to it. */
export async function ownPolicy(verdicts: Verdicts, container: Container): Promise<Policy | undefined> {
  if (!container.files.has(POLICY)) {
    verdicts.of(1).add("missing", POLICY);
    verdicts.of(3).add("not_read", POLICY);
    return undefined;
  }
  try {
    return parsePolicy(await bytesOf(container, POLICY));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    verdicts.of(1).add("malformed", POLICY, "C2SP tlog-policy", error.message);
    verdicts.of(3).add("not_read", POLICY);
    return undefined;
  }
}

function checkCheckpoint(verdict: Verdict, material: Material, point: Checkpoint, seen: Seen): void {
  const { policy } = seen;
  const known = [...policy.logs, ...policy.witnesses.values()];
  const wrong = known.filter((key) => signedBy(point.note, key).false).map((key) => key.name);
  if (!signingLogs(material, policy).length || wrong.length)
    verdict.add("checkpoint_signature", CHECKPOINT, policy.logs.map((log) => log.name), wrong.length ? wrong : point.origin);
  const witnesses = new Map<string, number>();
  for (const [name, key] of policy.witnesses) {
    const { at } = signedBy(point.note, key);
    if (at) witnesses.set(name, at);
  }
  const names = [...witnesses.keys()].sort(compare);
  if (!reached(policy, names)) verdict.add("quorum", CHECKPOINT, policy.quorum, names);
  if (material.statement) {
    const { origin, size, root } = material.statement.predicate.checkpoint;
    if (origin !== point.origin || size !== point.size || root !== hex(point.root))
      verdict.add("checkpoint_differs", CHECKPOINT, [origin, size, root], [point.origin, point.size, hex(point.root)]);
  }
  keep(seen, point, [...witnesses.values()]);
  Object.assign(verdict.facts, { size: point.size, origin: point.origin, root: hex(point.root), witnesses: names });
  verdict.facts["witnesses_known"] = policy.witnesses.size;
  const logs = new Set(policy.logs.map((key) => `${key.name} ${hex(key.id)}`));
  verdict.facts["other_signatures"] = point.note.lines.filter((line) => !logs.has(`${line.name} ${hex(line.id)}`)).length;
  verdict.facts["outside_witness"] = policy.quorum !== "none";
}

function keep(seen: Seen, point: Checkpoint, times: number[]): void {
  seen.points.set(point.size, point);
  seen.times.set(point.size, times);
}

/** Older checkpoints are signed by the same log, and today's log continues each (RFC 9162 section 2.1.4.2). */
async function checkOlder(verdict: Verdict, container: Container, newest: Checkpoint, seen: Seen): Promise<void> {
  const paths = [...container.files.keys()].filter((path) => path.startsWith(OLDER)).sort(compare);
  for (const path of paths) {
    const size = path.slice(OLDER.length);
    let point: Checkpoint;
    try {
      point = parseCheckpoint(await bytesOf(container, path));
      if (String(point.size) !== size || point.origin !== newest.origin)
        throw new Malformed("a checkpoint of another size or log than its name says");
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      verdict.add("checkpoint_malformed", path, "C2SP tlog-checkpoint", error.message);
      continue;
    }
    const logs = seen.policy.logs.map((key) => signedBy(point.note, key));
    const others = [...seen.policy.witnesses.values()].map((key) => signedBy(point.note, key));
    if (logs.every(({ at }) => at === undefined) || [...logs, ...others].some((one) => one.false)) {
      verdict.add("checkpoint_signature", path);
      continue;
    }
    const hashes = await consistencyPath(container, CONSISTENCY + size);
    if (!hashes && point.size !== newest.size) verdict.add("consistency_missing", CONSISTENCY + size);
    else if (point.size === 0 || !consistent(point.size, newest.size, point.root, newest.root, hashes ?? []))
      verdict.add("checkpoint_inconsistent", path, newest.root, point.root);
    else if (point.size !== newest.size) keep(seen, point, others.flatMap(({ at }) => (at ? [at] : [])));
  }
  verdict.facts["older_checkpoints"] = seen.points.size - 1;
}

async function consistencyPath(container: Container, path: string): Promise<Uint8Array[] | undefined> {
  const size = container.files.get(path)?.size ?? MOST_NOTE;
  if (size >= MOST_NOTE) return undefined;
  try {
    return parseHashes(await bytesOf(container, path));
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** Each entry's proof leads from its leaf to the root of the one checkpoint. */
async function checkProofs(verdict: Verdict, container: Container, entries: Entry[], point: Checkpoint): Promise<void> {
  const known = new Set<string>();
  for (const entry of entries) {
    const path = `${PROOFS}${entry.index}.tlog-proof`;
    known.add(path);
    if (!container.files.has(path)) {
      verdict.add("proof_missing", path);
      continue;
    }
    try {
      const { index, path: hashes, checkpoint } = parseProof(await bytesOf(container, path));
      if (checkpoint.note.text !== point.note.text) verdict.add("proof_checkpoint", path, point.size, checkpoint.size);
      else if (index !== entry.index || !included(unhex(entry.leaf, 32), index, point.size, hashes, point.root))
        verdict.add("proof_differs", path, entry.index, index);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      verdict.add("proof_malformed", path, "C2SP tlog-proof", error.message);
    }
  }
  for (const path of container.files.keys())
    if (path.startsWith(PROOFS) && !known.has(path)) verdict.add("proof_surplus", path);
}

/** Entries stand in order of the log, and each names the one before it in its chain. */
function checkChains(verdict: Verdict, entries: Entry[]): void {
  let before = -1;
  const last = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.index <= before) verdict.add("entry_order", whereOf(entry), `> ${before}`, entry.index);
    before = entry.index;
    const previous = last.get(entry.chain);
    const seq = previous?.seq ?? 0;
    if (entry.seq <= seq || (entry.seq === 1 && entry.prev !== ZEROS))
      verdict.add("chain_broken", whereOf(entry), `${entry.chain} after ${seq}`, entry.seq);
    else if (previous && entry.seq === seq + 1 && entry.prev !== previous.leaf)
      verdict.add("chain_broken", whereOf(entry), previous.leaf, entry.prev);
    last.set(entry.chain, entry);
  }
}

/** Each entry is signed by a key that was enrolled, not revoked, and may write its chain at that place of the log. */
function checkSignatures(verdict: Verdict, material: Material): void {
  const [enrolled, revoked] = [enrolments(material), revocations(material)];
  for (const entry of material.entries ?? []) {
    const { by } = entry;
    const [key, since, until] = [material.keys?.get(by), enrolled.get(by), revoked.get(by)];
    const valid = since !== undefined && since.index <= entry.index && (!until || until.index > entry.index);
    if (!key || entry.key !== by || !valid || !mayWrite(entry, key)) {
      verdict.add("entry_key", whereOf(entry), entry.chain, by);
      continue;
    }
    const publicKey = unhex(key.public, 32);
    if (keyId(publicKey) !== by || !entrySigned(publicKey, entry))
      verdict.add("entry_signature", `${SIGNATURES}:${entry.line}`, `signed by ${by}`, "not signed by it");
  }
}

/** A recorder's chain is written by that recorder alone, all others by the office's own processes. */
function mayWrite(entry: Entry, key: KeyRecord): boolean {
  if (entry.chain.startsWith("recorder/")) return key.role === "recorder" && entry.chain === `recorder/${key.name}`;
  const body = entry.body as unknown as KeyBody;
  if (entry.kind === "key" && body.action === "enrol") return keyId(unhex(body.public, 32)) === entry.by;
  // The office makes up for runs that a recorder could not log, never for pulses.
  if (entry.kind === "run" || entry.kind === "pulse") return entry.kind === "run" && key.role === "office";
  return ["office", "export", "log"].includes(key.role);
}

