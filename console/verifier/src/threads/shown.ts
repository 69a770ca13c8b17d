/** What the page shows beside the verdicts. The package may say anything: each field is taken only in its own kind. */

import { type CameraRecord, type Exhibit, type Material, POLICY } from "../check/material";
import { sha256 } from "../hash/sha";
import { hex, Malformed } from "../read/bytes";
import { verifierKeyText } from "../read/note";
import { parsePolicy } from "../read/policy";
import { Reader } from "../read/reader";
import type { Clip, Shown, ShownCamera, ShownKey } from "../report";
import { readStart } from "../read/start";
import { field, line, MOST, number, text } from "./fields";
import { history } from "./history";

const DOCUMENTS = /^(?:[^/]+\.(?:txt|pdf|html|py)|meta\/source\/.*|meta\/policy\.txt|data\/derivative\/.*)$/;

export async function gather(files: Map<string, Blob>, material: Material): Promise<Shown> {
  const told = material.statement?.predicate;
  const software: unknown = field(told, "software");
  const cameras = await Promise.all((told?.cameras ?? []).slice(0, MOST).map((one) => camera(one, files, material)));
  const documents = [...files].filter(([path]) => DOCUMENTS.test(path)).slice(0, MOST);
  return {
    case: told?.case ?? "",
    zone: text(field(told, "zone")),
    export: told?.export ?? "",
    madeAt: told?.made_at ?? 0,
    software: [text(field(software, "name")), text(field(software, "version"))].filter(Boolean).join(" "),
    request: {
      by: line(field(told?.request, "by"), ["name", "rank", "role", "unit", "id"]),
      at: number(field(told?.request, "at")),
      reason: text(field(told?.request, "reason")),
      recipient: line(field(told?.request, "recipient"), ["name", "office", "unit"]),
      letter: text(field(told?.request, "letter")),
    },
    checkpoint: told?.checkpoint ?? { origin: "", size: 0, root: "" },
    exhibits: (told?.exhibits ?? []).slice(0, MOST).map((one: Exhibit) => ({ ...one, note: text(one.note) })),
    cameras,
    custody: history(material),
    documents: documents.map(([path, blob]) => ({ path, blob })),
    keys: await keys(files),
    bytes: [...files.values()].reduce((sum, blob) => sum + blob.size, 0),
    files: files.size,
  };
}

async function camera(one: CameraRecord, files: Map<string, Blob>, material: Material): Promise<ShownCamera> {
  const clips: Clip[] = [];
  for (const file of material.courts()) {
    const blob = files.get(file.path);
    if (!blob || file.exhibit !== one.exhibit || file.camera !== one.camera) continue;
    const start = number(file.from) || (await readStart(new Reader(blob))) || one.from;
    clips.push({ path: file.path, blob: blob.slice(0, blob.size, "video/mp4"), start });
  }
  const clock = field(one, "clock");
  const error = field(clock, "error_us");
  return {
    exhibit: one.exhibit,
    camera: one.camera,
    name: text(one.name) || one.camera,
    from: one.from,
    to: one.to,
    chunks: one.chunks,
    frames: one.frames,
    bytes: one.bytes,
    gaps: one.gaps.slice(0, MOST),
    clock: text(field(clock, "source")),
    clockError: typeof error === "number" ? error : -1,
    clips,
  };
}

/** The keys of the logs that the package's own policy names. */
async function keys(files: Map<string, Blob>): Promise<ShownKey[]> {
  const blob = files.get(POLICY);
  if (!blob || blob.size > 2 ** 20) return [];
  try {
    const { logs } = parsePolicy(new Uint8Array(await blob.arrayBuffer()));
    return logs.slice(0, 8).map((key) => ({
      origin: key.name,
      line: verifierKeyText(key),
      fingerprint: hex(sha256(key.publicKey)),
    }));
  } catch (error) {
    if (error instanceof Malformed) return [];
    throw error;
  }
}
