/** When an ONVIF Export File begins: the time of its CorrectStartTimeBox, as microseconds UTC. */

import { boxes, header } from "./boxes";
import { Malformed } from "./bytes";
import type { Reader } from "./reader";

const MOST_HEAD = 2 ** 25;
const SINCE_1601 = 11_644_473_600n * 10_000_000n; // 1601 to 1970 in 100 ns
const INSIDE = new Set(["moov", "udta", "meta", "trak"]);

/** 0 where there is none, or the file is of another form. */
export async function readStart(reader: Reader): Promise<number> {
  try {
    for (let at = 0, count = 0; at < reader.size && count < 16; count++) {
      const head = header(await reader.view(at, Math.min(16, reader.size - at)));
      const found = { kind: head.kind, at: at + head.header, length: head.size - head.header };
      if (found.kind !== "mdat" && found.length <= MOST_HEAD && at + head.size <= reader.size) {
        const start = search(found.kind, await reader.view(found.at, found.length), 0);
        if (start) return start;
      }
      at += head.size;
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
  }
  return 0;
}

function search(kind: string, body: DataView, depth: number): number {
  if (kind === "cstb") {
    // Entries of (track, time), as many as its first word says; the first is the picture's.
    if (body.byteLength < 16) return 0;
    const ticks = body.getBigUint64(8) - SINCE_1601;
    return ticks > 0n && ticks < 1n << 60n ? Number(ticks / 10n) : 0;
  }
  if (!INSIDE.has(kind) || depth > 4) return 0;
  for (const one of boxes(body, kind === "meta" ? 4 : 0)) {
    const found = search(one.kind, one.body, depth + 1);
    if (found) return found;
  }
  return 0;
}
