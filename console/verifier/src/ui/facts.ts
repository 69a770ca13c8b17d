/** Facts of a verdict as rows; names that have words are said in words, the rest are shown as they are. */

import { h } from "../../../src/dom";
import type { CameraFact } from "../check/camera";
import type { PurgeFact } from "../check/destroyed";
import { currentLanguage, moment } from "./words";

type Both = [id: string, en: string];

const MOST = 60;

const NAMES: Record<string, Both> = {
  files: ["Berkas", "Files"],
  bytes: ["Bita", "Bytes"],
  tagmanifest_sha256: ["SHA-256 daftar berkas", "SHA-256 of the file list"],
  export_key: ["Kunci ekspor", "Export key"],
  case: ["Kasus", "Case"],
  export: ["Ekspor", "Export"],
  origin: ["Log", "Log"],
  size: ["Entri di log", "Entries of the log"],
  root: ["Akar log", "Root of the log"],
  witnesses: ["Saksi luar yang menandatangani", "Outside witnesses that signed"],
  witnesses_known: ["Saksi luar yang dikenal", "Outside witnesses known"],
  outside_witness: ["Disyaratkan saksi luar", "Outside witnesses required"],
  entries: ["Entri dalam paket", "Entries in the package"],
  older_checkpoints: ["Titik periksa lama", "Older checkpoints"],
  gaps: ["Celah", "Gaps"],
  missing: ["Direkam, tetapi tanpa berkas (potongan)", "Recorded, but without file (chunks)"],
  purges: ["Dimusnahkan, dan terbukti dari log", "Destroyed by purges, as the log shows"],
  empty: ["Tanpa rekaman di paket", "Without footage in the package"],
  chunks: ["Potongan", "Chunks"],
  frames: ["Bingkai", "Frames"],
  causes_stated_at_export: ["Sebab celah yang baru disebut saat ekspor", "Causes of gaps first told at export"],
  bracketed: ["Potongan dengan batas waktu di kedua sisi", "Chunks with a bound on both sides"],
  not_before: ["Tidak sebelum", "Not before"],
  not_after: ["Tidak sesudah", "Not after"],
  clock_error_us: ["Galat jam terbesar (mikrodetik)", "Largest clock error (microseconds)"],
  clock_unknown: ["Potongan dengan galat jam tak diketahui", "Chunks of unknown clock error"],
  imported: ["Potongan yang dibawa masuk dari perekam lain", "Chunks brought in from another recorder"],
  imported_files: ["Berkas impor, seperti yang dibawa", "Imported files, as they were brought"],
  imported_files_absent: ["Berkas impor yang sudah tidak ada di arsip", "Imported files that the archive no longer has"],
  no_pulse_between: ["Tanpa denyut lebih dari 3 menit", "No pulse for more than 3 minutes"],
  stamp: ["Stempel waktu", "Time stamp"],
  stamp_note: ["Memeriksa stempel waktu", "To check the stamp"],
  nals: ["Unit NAL", "NAL units"],
  sound_compared: ["Salinan putar yang suaranya dibandingkan", "Playable copies whose sound was compared"],
  sound_not_compared: ["Salinan putar yang suaranya tidak dibandingkan", "Playable copies whose sound was not compared"],
  sound_none: ["Salinan putar tanpa suara", "Playable copies without sound"],
  derivatives: ["Turunan", "Derivatives"],
  derivatives_linked: ["Turunan yang tertaut ke rekaman aslinya", "Derivatives linked to their originals"],
  derivative_kinds: ["Jenis turunan", "Kinds of derivatives"],
  thinned: ["Potongan jarang (hanya bingkai kunci)", "Thinned chunks (keyframes only)"],
  disclosed: ["Peristiwa yang diungkap", "Events disclosed"],
  events: ["Peristiwa", "Events"],
  holds: ["Penahanan", "Holds"],
  other_signatures: ["Tanda tangan pihak lain pada titik periksa", "Signatures of others on the checkpoint"],
  as_signed: ["Salinan yang sama seperti ketika ditandatangani", "Copies that are as they were signed"],
  trust_is_copy: ["Berkas kunci sama dengan policy.txt di paket", "Key file same as policy.txt in the package"],
  released: ["Penahanan dilepas", "Holds released"],
  originals: ["Rekaman asli", "Originals"],
  signed: ["Bertanda tangan kamera", "Signed by a camera"],
  cameras: ["Yang dijamin tanda tangan kamera", "Under a signature of the camera"],
  excused: ["Aliran dengan paket hilang, yang tidak cocok di situ tidak dihitung rusak", "Streams with lost packets, where a misfit is not counted as broken"],
  more_findings: ["Temuan lain", "Further findings"],
};

export function factRows(facts: Record<string, unknown>): HTMLElement[] {
  return Object.entries(facts)
    .slice(0, MOST)
    .flatMap(([name, value]) => [h("dt", {}, label(name)), h("dd", { class: "path" }, unknown(name, value) || signed(name, value) || destroyed(name, value) || shown(value))]);
}

const NO_BOUND: Both = ["tidak diketahui (tidak ada batas waktu dari pihak luar)", "unknown (no time bound from outside)"];
const UNKNOWN: Record<string, Both> = {
  not_before: NO_BOUND,
  not_after: NO_BOUND,
  clock_error_us: ["tidak diketahui (jam perekam tidak disinkronkan)", "unknown (the recorder's clock was not synchronised)"],
};

/** Why a value is not known, where that can be said. */
function unknown(name: string, value: unknown): string {
  return value === -1 ? (UNKNOWN[name]?.[currentLanguage() === "id" ? 0 : 1] ?? "") : "";
}

/** How much each camera signed, and with which certificate. */
function signed(name: string, value: unknown): string {
  if (name !== "cameras" || !Array.isArray(value)) return "";
  const id = currentLanguage() === "id";
  const lines = (value as CameraFact[]).slice(0, MOST).map(([camera, nals, proven, from, to, fingerprint, subject]) => {
    const part = `${camera}: ${proven} ${id ? "dari" : "of"} ${nals} ${id ? "satuan gambar (NAL)" : "units of pictures (NAL)"}`;
    const clock = from && to ? `; ${id ? "menurut jam kamera" : "by the camera's clock"} ${moment(from)} – ${moment(to)}` : "";
    return part + clock + (fingerprint ? `\n${id ? "sertifikat" : "certificate"} ${subject || "-"}, SHA-256 ${fingerprint}` : "");
  });
  return lines.join("\n");
}

const UNDER_NONE: Record<string, [string, string]> = {
  manual: [" atas perintah", " by order"],
  thinned: [" sesudah penjarangan", " after thinning"],
  "": [", tanpa kebijakan masa simpan", ", under no retention policy"],
};

/** What purges took, when, and under which policies. */
function destroyed(name: string, value: unknown): string {
  if (name !== "purges" || !Array.isArray(value)) return "";
  const id = currentLanguage() === "id";
  const time = (us: number): string => (us > 0 ? moment(us) : id ? "tidak diketahui" : "unknown");
  const lines = (value as PurgeFact[]).slice(0, MOST).map(([purge, policy, done, noticed, chunks, kind]) => {
    const under = policy ? `${id ? " menurut kebijakan" : " under policy"} ${policy}` : (UNDER_NONE[kind] ?? UNDER_NONE[""]!)[id ? 0 : 1];
    return id
      ? `${chunks} potongan dimusnahkan pada ${time(done)} oleh pemusnahan ${purge}${under} (diumumkan ${time(noticed)})`
      : `${chunks} chunks destroyed on ${time(done)} by purge ${purge}${under} (announced ${time(noticed)})`;
  });
  return lines.join("\n");
}

function label(name: string): string {
  return NAMES[name]?.[currentLanguage() === "id" ? 0 : 1] ?? name.replaceAll("_", " ");
}

function shown(value: unknown, depth = 0): string {
  if (value === true) return currentLanguage() === "id" ? "ya" : "yes";
  if (value === false) return currentLanguage() === "id" ? "tidak" : "no";
  if (value === -1) return currentLanguage() === "id" ? "tidak diketahui" : "unknown";
  if (typeof value === "number") return value > 1e14 ? moment(value) : String(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (depth > 3) return "…";
  if (Array.isArray(value)) {
    const some = value.slice(0, MOST).map((one) => shown(one, depth + 1));
    return (value.length > MOST ? [...some, "…"] : some).join(depth ? " - " : "\n") || "-";
  }
  const rows = Object.entries(value).map(([name, one]) => `${label(name)}: ${shown(one, depth + 1)}`);
  return rows.join(depth ? ", " : "\n");
}
