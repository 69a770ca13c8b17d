/** Verdict 1: every file is there once, in its place, and is what bag (RFC 8493) and statement say. */

import { equal, Malformed, text, utf8 } from "../read/bytes";
import type { Container } from "../read/container";
import { type Material, MOST_META, STATEMENT } from "./material";
import { compare, type Verdicts } from "./verdicts";

const MANIFEST = "manifest-sha256.txt";
export const TAG_MANIFEST = "tagmanifest-sha256.txt";
const FIRST = ["bagit.txt", "BACA-SAYA.txt", "CARA-MANUAL.txt", "verify.py", "verifikasi.html"];
const BAGIT = utf8("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
const INFO = "bag-info.txt";
const UNSTATED = new Set([STATEMENT, MANIFEST, TAG_MANIFEST]);
const SMALL = 2 ** 16;

/** From the SHA-256 of every file of the package and the members whose CRC-32 was another. */
export async function checkIntact(
  verdicts: Verdicts,
  container: Container,
  material: Material,
  digests: Map<string, string>,
  crcDiffers: string[],
): Promise<void> {
  const verdict = verdicts.of(1);
  const stated = statedFiles(material);
  for (const path of crcDiffers) verdict.add("crc_differs", path);
  const ofPayload = await readManifest(verdicts, container, MANIFEST, true);
  const ofTags = await readManifest(verdicts, container, TAG_MANIFEST, false);
  const listed = new Map([...(ofPayload ?? []), ...(ofTags ?? [])]);
  for (const path of [...new Set([...listed.keys(), ...stated.keys(), ...digests.keys()])].sort()) {
    if (path === TAG_MANIFEST) continue;
    const [found, told, list] = [digests.get(path), stated.get(path), listed.get(path)];
    const size = container.files.get(path)?.size;
    const usable = path.startsWith("data/") ? ofPayload : ofTags;
    if (found === undefined) verdict.add("missing", path);
    else if (usable && list === undefined) verdict.add("surplus", path, "named in a manifest", "in no manifest");
    else if (usable && list !== found) verdict.add("digest_differs", path, list, found);
    else if (told && (told.sha256 !== found || (told.size !== -1 && told.size !== size)))
      verdict.add("statement_differs", path, told.sha256, found);
    else if (!told && material.statement && !UNSTATED.has(path)) verdict.add("not_stated", path);
  }
  await checkBagFiles(verdicts, container, material);
  if (container.ordered && verdict.state === "holds") checkOrder(verdicts, container, material);
  verdict.facts["files"] = container.files.size;
  verdict.facts["bytes"] = [...container.files.values()].reduce((sum, blob) => sum + blob.size, 0);
}

/** SHA-256 and size (or -1) of every file that the signed statement names. */
function statedFiles(material: Material): Map<string, { sha256: string; size: number }> {
  const stated = new Map<string, { sha256: string; size: number }>();
  if (!material.statement) return stated;
  const { subject, predicate } = material.statement;
  for (const { name, digest } of subject) stated.set(name, { sha256: digest.sha256, size: -1 });
  for (const one of predicate.files) {
    const before = stated.get(one.path);
    const agree = !before || before.sha256 === one.sha256;
    stated.set(one.path, { sha256: agree ? one.sha256 : "contradicts itself", size: one.size });
  }
  for (const [path, sha256] of Object.entries(predicate.meta)) stated.set(path, { sha256, size: -1 });
  return stated;
}

/** Path to SHA-256 of a manifest; undefined where it is missing or of another form, which is then all that is said. */
async function readManifest(
  verdicts: Verdicts,
  container: Container,
  name: string,
  payload: boolean,
): Promise<Map<string, string> | undefined> {
  const listed = new Map<string, string>();
  const blob = container.files.get(name);
  if (!blob) {
    verdicts.of(1).add("missing", name);
    return undefined;
  }
  try {
    if (blob.size > MOST_META) throw new Malformed("too long");
    const whole = text(new Uint8Array(await blob.arrayBuffer()));
    const lines = whole.split("\n");
    if (lines.pop()) throw new Malformed("no newline at its end");
    for (const line of lines) {
      const path = line.slice(66).replaceAll("%0A", "\n").replaceAll("%0D", "\r").replaceAll("%25", "%");
      if (line.slice(64, 66) !== "  " || !/^[0-9a-f]*$/.test(line.slice(0, 64)) || listed.has(path))
        throw new Malformed(`a line of another form: ${line.slice(0, 80)}`);
      if (path.startsWith("data/") !== payload || path === TAG_MANIFEST)
        throw new Malformed(`a file of the other manifest: ${path.slice(0, 80)}`);
      listed.set(path, line.slice(0, 64));
    }
    if (manifestText(listed) !== whole) throw new Malformed("not in the order and spelling of the format");
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    verdicts.of(1).add("manifest_malformed", name, "RFC 8493", error.message);
    return undefined;
  }
  return listed;
}

function manifestText(digests: Map<string, string>): string {
  const escaped = (path: string): string => path.replaceAll("%", "%25").replaceAll("\n", "%0A").replaceAll("\r", "%0D");
  return [...digests.keys()].sort(compare).map((path) => `${digests.get(path)}  ${escaped(path)}\n`).join("");
}

async function small(container: Container, path: string): Promise<Uint8Array> {
  const blob = container.files.get(path)!;
  return blob.size <= SMALL ? new Uint8Array(await blob.arrayBuffer()) : new Uint8Array();
}

/** bagit.txt and bag-info.txt, RFC 8493 sections 2.1.1 and 2.2.2. */
async function checkBagFiles(verdicts: Verdicts, container: Container, material: Material): Promise<void> {
  const verdict = verdicts.of(1);
  if (container.files.has("bagit.txt") && !equal(await small(container, "bagit.txt"), BAGIT))
    verdict.add("bag_malformed", "bagit.txt");
  if (!container.files.has(INFO)) return;
  const whole = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await small(container, INFO));
  const lines = whole.split("\n").map((line) => {
    const gap = line.indexOf(": ");
    return gap < 0 ? [line, ""] : [line.slice(0, gap), line.slice(gap + 2)];
  });
  const names = ["Source-Organization", "External-Identifier", "Bagging-Date", "Payload-Oxum"];
  if (lines.map(([name]) => name).join("\n") !== [...names, ""].join("\n")) {
    verdict.add("bag_malformed", INFO, names, lines.map(([name]) => name));
    return;
  }
  const payload = [...container.files].filter(([path]) => path.startsWith("data/"));
  const wanted = `${payload.reduce((sum, [, blob]) => sum + blob.size, 0)}.${payload.length}`;
  if (lines[3]![1] !== wanted) verdict.add("bag_malformed", INFO, `Payload-Oxum: ${wanted}`, lines[3]![1]);
  if (material.statement && lines[1]![1] !== material.statement.predicate.package)
    verdict.add("bag_malformed", INFO, material.statement.predicate.package, lines[1]![1]);
}

/** The members of a ZIP stand in the order of the format, in the folder that the statement names. */
function checkOrder(verdicts: Verdicts, container: Container, material: Material): void {
  if (!material.statement) return;
  const { subject, predicate } = material.statement;
  if (container.root !== predicate.package) verdicts.of(1).add("zip_malformed", "zip", predicate.package, container.root);
  const there = [...container.files.keys()];
  const wanted = expectedOrder(new Set(there), subject.map((one) => one.name));
  for (let i = 0; i < Math.min(there.length, wanted.length); i++) {
    if (there[i] === wanted[i]) continue;
    verdicts.of(1).add("zip_order", there[i]!, wanted[i], there[i]);
    return;
  }
}

/** Reading matter first, then the payload as the statement lists it, then the rest, manifests last. */
function expectedOrder(there: Set<string>, payload: string[]): string[] {
  const first = FIRST.filter((path) => there.has(path));
  const ends = [INFO, MANIFEST, TAG_MANIFEST].filter((path) => there.has(path));
  const taken = new Set([...first, ...payload, ...ends]);
  const rest = [...there].filter((path) => !taken.has(path)).sort(compare);
  const meta = rest.filter((path) => path.startsWith("meta/"));
  return [...first, ...payload, ...meta, ...rest.filter((path) => !path.startsWith("meta/")), ...ends];
}
