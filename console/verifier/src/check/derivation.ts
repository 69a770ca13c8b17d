/** Derivatives (verdict 6): each processed copy has a signed statement beside it, of which originals it was made. */

import { verify } from "../hash/sha";
import { Malformed } from "../read/bytes";
import type { Container } from "../read/container";
import { type Dict, isDict, type Json } from "../read/json";
import { enrolments, pae, revocations } from "./authentic";
import { type Envelope, openEnvelope } from "./envelope";
import { CHUNKS, ENTRIES, type Entry, KEYS, type Material, nameOf, overlaps } from "./material";
import { EDGE } from "./playable";
import { need, unhex } from "./shape";
import { type Input, needKept, type Problem, THINNED, Thinnings } from "./thinned";
import { compare, type Verdict, type Verdicts } from "./verdicts";

const DERIVATIVES = "data/derivative/";
const DERIVATION = "urn:saksi:derivation:1";
const MOST_DERIVATION = 2 ** 22; // bytes; an input is about 250
const BESIDE = "a statement of its making beside it";

interface Predicate {
  class: string;
  kind: string;
  camera: string;
  derivative: number;
  from: number;
  to: number;
  made_at: number;
  inputs: Input[];
}

type Derivation = Envelope & { subjects: Map<string, string>; predicate: Predicate };

/** What verdict 6 says of processed copies. `digests` has the SHA-256 of every file that is there. */
export async function checkDerivations(
  verdicts: Verdicts,
  container: Container,
  material: Material,
  digests: Map<string, string>,
): Promise<void> {
  const verdict = verdicts.of(6);
  if (!material.statement) return;
  const { groups, alone } = grouped(verdict, material);
  if (groups.size)
    for (const [name, there] of [[KEYS, material.keys], [ENTRIES, material.entries], [CHUNKS, material.chunks]] as const)
      if (!there) verdict.add("not_read", name);
  const known = new Known(material);
  const kinds = new Set<string>();
  let [count, linked, thinned] = [alone, 0, 0];
  for (const [path, files] of groups) {
    let problems: Problem[];
    try {
      const told = await readDerivation(container, path);
      kinds.add(told.predicate.kind);
      thinned += told.predicate.kind === THINNED ? files.length : 0;
      problems = [...known.problems(path, told, new Map(files.map((one) => [one, digests.get(one) ?? ""])), digests)];
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      const { message } = error;
      problems = (files.length ? files : [path]).map((one) => ["derivation_missing", one, BESIDE, message]);
    }
    for (const problem of problems) verdict.add(...problem);
    count += files.length;
    linked += problems.length ? 0 : files.length;
  }
  Object.assign(verdict.facts, { derivatives: count, derivatives_linked: linked, derivative_kinds: [...kinds].sort() });
  if (thinned) verdict.facts["thinned"] = thinned;
}

/** Statements by path, each with the files that name it; and how many copies name none. */
function grouped(verdict: Verdict, material: Material): { groups: Map<string, string[]>; alone: number } {
  const groups = new Map<string, string[]>();
  let alone = 0;
  for (const one of material.statement!.predicate.files) {
    const { path } = one;
    const processed = one.class === "processed";
    if (processed !== path.startsWith(DERIVATIVES))
      verdict.add("derivation_differs", path, "processed copies, and only they, under data/derivative/", path);
    if (!processed) continue;
    const beside = Object.hasOwn(one, "derivation") ? one.derivation : undefined;
    if (typeof beside !== "string" || folder(beside) !== folder(path)) {
      verdict.add("derivation_missing", path, BESIDE, "no such file");
      alone++;
    } else {
      const files = groups.get(beside) ?? [];
      if (path !== beside) files.push(path);
      groups.set(beside, files);
    }
  }
  return { groups, alone };
}

/** All of a path but its last name. */
function folder(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** A derivation.json, held to its form. Throws Malformed. */
async function readDerivation(container: Container, path: string): Promise<Derivation> {
  const blob = container.files.get(path);
  if (!blob) throw new Malformed("no such file");
  if (blob.size > MOST_DERIVATION) throw new Malformed(`more than ${MOST_DERIVATION} bytes`);
  const told = openEnvelope(new Uint8Array(await blob.arrayBuffer()), DERIVATION);
  const subjects = new Map<string, string>();
  for (const subject of told.statement["subject"] as Json[]) {
    const { name, digest } = need(subject, "name:s digest:d");
    subjects.set(name as string, need(digest, "sha256:s")["sha256"] as string);
  }
  const fields = "class:s kind:s camera:s inputs:l derivative:i from:i to:i made_at:i";
  const predicate = need(told.statement["predicate"], fields);
  for (const one of predicate["inputs"] as Json[]) {
    need(one, "run:s seq:i leaf:s sha256:s");
    if (predicate["kind"] === THINNED) needKept(one);
  }
  return { ...told, subjects, predicate: predicate as unknown as Predicate };
}

/** What statements are held against: keys of the log, lines of chunks, and the case's own history. */
class Known {
  private readonly enrolled: Map<string, Entry>;
  private readonly revoked: Map<string, Entry>;
  private readonly thinnings: Thinnings;
  private readonly recorded = new Map<number, Set<unknown>>();

  constructor(private readonly material: Material) {
    [this.enrolled, this.revoked] = [enrolments(material), revocations(material)];
    this.thinnings = new Thinnings(material);
    for (const { body } of material.custody ?? []) {
      const what = own(body as Dict, "what");
      if (own(body as Dict, "event") !== "redact" || !isDict(what)) continue;
      const number = own(what, "derivative");
      if (typeof number !== "number") continue;
      const statements = this.recorded.get(number) ?? new Set();
      this.recorded.set(number, statements.add(own(what, "statement")));
    }
  }

  /** Whatever is wrong with the statement at `path` of the files `there`, which are given with their SHA-256. */
  *problems(path: string, told: Derivation, there: Map<string, string>, digests: Map<string, string>): Generator<Problem> {
    const { predicate, subjects } = told;
    yield* this.ofSigner(path, told);
    for (const name of [...new Set([...subjects.keys(), ...there.keys()])].sort(compare))
      if (subjects.get(name) !== there.get(name))
        yield [
          "derivation_differs",
          there.has(name) ? name : path,
          subjects.get(name) ?? "no subject",
          there.get(name) ?? "no such file",
        ];
    if (predicate.class !== "processed") yield ["derivation_differs", path, "processed", predicate.class];
    yield* this.ofInputs(path, predicate);
    if (predicate.kind === THINNED) yield* this.thinnings.problems(path, predicate, subjects);
    else yield* this.ofPurged(path, predicate);
    const [recorded, digest] = [this.recorded.get(predicate.derivative), digests.get(path) ?? ""];
    if (recorded && !recorded.has(digest))
      yield ["derivation_differs", path, "the statement that the case's history names", digest];
  }

  /** It is signed by an export or office key of the log, which was not revoked when it was made. */
  private *ofSigner(path: string, { keyid, payload, signature, predicate }: Derivation): Generator<Problem> {
    const { keys, entries } = this.material;
    if (!keys || !entries) return;
    const key = keys.get(keyid);
    if (!key || !["export", "office"].includes(key.role) || !this.enrolled.has(keyid)) {
      yield ["derivation_signature", path, "an export or office key of the log", keyid];
      return;
    }
    if (!verify(unhex(key.public, 32), signature, pae(payload)))
      yield ["derivation_signature", path, `signed by ${keyid}`, "not signed by it"];
    const revoked = this.revoked.get(keyid);
    if (revoked && predicate.made_at >= revoked.at)
      yield ["derivation_signature", path, "a key that was not revoked then", keyid];
  }

  /** Its inputs are originals of which the package has the lines, of the camera and the span that it names. */
  private *ofInputs(path: string, { camera, from, to, inputs }: Predicate): Generator<Problem> {
    if (!this.material.chunks) return;
    for (const one of inputs) {
      const chunk = this.thinnings.lines.get(nameOf(one));
      if (chunk?.told.camera !== camera || chunk.leaf !== one.leaf || chunk.told.sha256 !== one.sha256)
        yield ["derivation_differs", path, "originals of this package", nameOf(one)];
      else if (!overlaps(chunk, from, to)) yield ["derivation_differs", path, "originals of its span", nameOf(one)];
    }
    if (!inputs.length) yield ["derivation_differs", path, "originals of this package", "no originals"];
    const spans = this.material.statement!.predicate.cameras.filter((one) => one.camera === camera);
    if (!spans.some((one) => one.from - EDGE <= from && from < to && to <= one.to + EDGE))
      yield ["derivation_differs", path, "a span of an exhibit", [camera, from, to]];
  }

  /**
   * Of originals that a purge took only a making that the case knows of may be left: else what is left of them is
   * thinned, whatever its statement calls it.
   */
  private *ofPurged(path: string, { derivative, inputs }: Predicate): Generator<Problem> {
    if (!this.material.custody || this.recorded.has(derivative)) return;
    const one = inputs.find((input) => this.thinnings.purged.has(nameOf(input)));
    if (one) yield ["derivation_differs", path, "a making that the case's history tells of", nameOf(one)];
  }
}

function own(value: Dict, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
