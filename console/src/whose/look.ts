/** What the archive is told of a file: its hashes and what it says of itself. The file stays on this computer. */
import { readCourt } from "../../verifier/src/hash/tasks";
import { Reader } from "../../verifier/src/read/reader";
import { readSaid, type Said } from "./claim";

export interface Brought extends Pick<Said, "claim" | "clip"> {
  size: number;
  sha256: string;
  /** NAL identity; null where there are no frames that can be read. */
  nal_sha256: string | null;
}

/** Reads a file to its end; `told` hears of every block. */
export async function look(file: Blob, told: (bytes: number) => void): Promise<Brought> {
  const { claim, clip, pictures } = await readSaid(new Reader(file));
  const { court, nals } = await readCourt({ kind: "court", blob: file, silences: [] }, told);
  const framed = pictures === 1 && court.wrong === "";
  return { size: court.size, sha256: court.sha256, nal_sha256: framed ? nals : null, claim, clip };
}
