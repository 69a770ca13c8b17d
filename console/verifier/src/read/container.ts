/** Where the files of a package lie: a ZIP exactly as the format writes it, or a folder it was unpacked to. */

import { Malformed } from "./bytes";
import { partOf } from "./partial";
import { PACKED_AGAIN, packedAgain } from "./repacked";
import { BadEnd, BadZip, readZip } from "./zip";

const MOST_MEMBERS = 1_000_000;
const MOST_NAME = 1024;
const STRANGE = /[\x00-\x1f\x7f\\:]/;
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** The container cannot be trusted as far as to read on: a code of verdict 1 and the place. */
export class Unreadable extends Malformed {
  constructor(
    readonly code: string,
    readonly where: string,
    why: string,
  ) {
    super(why);
  }
}

export interface Container {
  root: string;
  /** Path inside the package's folder to its bytes, in the container's order. */
  files: Map<string, Blob>;
  /** What the ZIP says of each; empty for a folder. */
  crc32: Map<string, number>;
  /** Whether the order of the files means something. */
  ordered: boolean;
}

/** Text as it may be shown. */
export function printable(text: string, most: number): string {
  return [...text.replace(UNPRINTABLE, "?")].slice(0, most).join("");
}

function stripRoot(name: string): string {
  const gap = name.indexOf("/");
  return printable((gap >= 0 && name.slice(gap + 1)) || name, 200);
}

/** That no name leads out of the package or stands for two files. Throws Unreadable. */
export function checkNames(names: Iterable<string>): void {
  const folded = new Set<string>();
  for (const name of names) {
    const parts = name.split("/");
    const elsewhere = parts.some((part) => part === "" || part === "." || part === "..");
    if (STRANGE.test(name) || elsewhere || [...name].length > MOST_NAME)
      throw new Unreadable("unsafe_name", printable(name, 200), "a name that leads elsewhere");
    const key = name.toLowerCase().toUpperCase().toLowerCase(); // as near to case folding as the language has
    if (folded.has(key)) throw new Unreadable("duplicate_name", printable(name, 200), "two files of one name");
    folded.add(key);
  }
}

/** Throws Unreadable. */
export async function openZip(file: Blob): Promise<Container> {
  const found: Container = { root: "", files: new Map(), crc32: new Map(), ordered: true };
  try {
    await readZip(file, (one) => {
      const path = takeName(one.name, found);
      found.files.set(path, file.slice(one.start, one.start + one.size));
      found.crc32.set(path, one.crc32);
    });
  } catch (error) {
    if (!(error instanceof BadZip)) throw error;
    const part = error instanceof BadEnd ? await partOf(file) : undefined;
    if (part) throw new Unreadable(part[0], "zip", part[1]);
    const where = error.where === "zip" ? "zip" : stripRoot(error.where);
    throw new Unreadable("zip_malformed", where, (await packedAgain(file)) ? PACKED_AGAIN : error.message);
  }
  checkNames(found.files.keys());
  return found;
}

function takeName(name: string, found: Container): string {
  const gap = name.indexOf("/");
  const root = name.slice(0, Math.max(gap, 0));
  const rest = name.slice(gap + 1);
  if (gap < 0 || (found.root && root !== found.root))
    throw new Unreadable("unsafe_name", printable(name, 200), "not in the one folder of the package");
  if (root === "." || root === ".." || root === "" || STRANGE.test(root.replaceAll("\x7f", "")))
    throw new Unreadable("unsafe_name", printable(name, 200), "a folder that leads elsewhere");
  if (found.files.has(rest)) throw new Unreadable("duplicate_name", printable(rest, 200), "two members of one name");
  found.root = root;
  return rest;
}

/** The files of a chosen folder, their paths as the browser gives them. Throws Unreadable. */
export function openFolder(files: { path: string; file: Blob }[]): Container {
  const split = files.map(({ path, file }) => ({ parts: path.split("/").slice(1), file }));
  const folders = new Set(split.filter(({ parts }) => parts.length > 1).map(({ parts }) => parts[0]!));
  const bag = split.some(({ parts }) => parts.length === 1 && parts[0] === "bagit.txt");
  const inner = !bag && folders.size === 1 ? [...folders][0]! : undefined;
  const root = inner ?? files[0]?.path.split("/")[0] ?? "";
  const found: Container = { root, files: new Map(), crc32: new Map(), ordered: false };
  for (const { parts, file } of split) {
    if (inner !== undefined && parts[0] !== inner) continue;
    const path = (inner === undefined ? parts : parts.slice(1)).join("/");
    found.files.set(path, file);
    if (found.files.size > MOST_MEMBERS) throw new Unreadable("unsafe_name", printable(path, 200), "too many files");
  }
  checkNames([...found.files.keys()].sort());
  return found;
}
