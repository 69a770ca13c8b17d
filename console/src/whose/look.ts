/** What the archive is told of a file: its hashes and what it says of itself. The file stays on this computer. */
import { hashFile, readCourt } from "../../verifier/src/hash/tasks";
import { openZip } from "../../verifier/src/read/container";
import { Reader } from "../../verifier/src/read/reader";
import { readSaid, type Said } from "./claim";

export interface Brought extends Pick<Said, "claim" | "clip"> {
  size: number;
  sha256: string;
  /** NAL identity; null where there are no frames that can be read. */
  nal_sha256: string | null;
  /** Of an evidence package: what it calls itself, and its files where they are to be compared. */
  package?: Inside;
}

export interface Inside {
  name: string;
  files: { path: string; sha256: string }[];
}

const INFO = "bag-info.txt";
const MOST_INFO = 2 ** 20;

/** Reads a file to its end; `told` hears of every block. */
export async function look(file: File, told: (bytes: number) => void): Promise<Brought> {
  if (await isPackage(file)) {
    const { size, sha256 } = await hashFile(file, told);
    return { size, sha256, nal_sha256: null, claim: null, clip: null, package: { name: "", files: [] } };
  }
  const { claim, clip, pictures } = await readSaid(new Reader(file));
  const { court, nals } = await readCourt({ kind: "court", blob: file, silences: [] }, told);
  const framed = pictures === 1 && court.wrong === "";
  return { size: court.size, sha256: court.sha256, nal_sha256: framed ? nals : null, claim, clip };
}

/** A ZIP, or a part of one; read strictly afterwards. */
async function isPackage(file: File): Promise<boolean> {
  const head = new DataView(await file.slice(0, 4).arrayBuffer());
  return /\.zip(\.\d+)?$/i.test(file.name) || (head.byteLength === 4 && head.getUint32(0, true) === 0x04034b50);
}

/** A package's own name and the files under data/. Throws Unreadable for what is no whole package. */
export async function lookInside(file: File, told: (bytes: number) => void): Promise<Inside> {
  const { files } = await openZip(file);
  const info = files.get(INFO);
  const text = info && info.size <= MOST_INFO ? await info.text() : "";
  const name = /^External-Identifier:[ \t]*([^\r\n\0]{1,200})/m.exec(text)?.[1]?.trim() ?? "";
  const found: Inside = { name, files: [] };
  for (const [path, blob] of files)
    if (path.startsWith("data/")) found.files.push({ path, sha256: (await hashFile(blob, told)).sha256 });
  return found;
}
