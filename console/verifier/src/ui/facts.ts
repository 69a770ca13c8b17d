/** Facts of a verdict as rows; names that have words are said in words, the rest are shown as they are. */

import { h } from "../../../src/dom";
import { currentLanguage, moment } from "./words";

type Both = [id: string, en: string];

const MOST = 60;

const NAMES: Record<string, Both> = {
  files: ["Berkas", "Files"],
  bytes: ["Bita", "Bytes"],
  package_sha256: ["SHA-256 paket", "SHA-256 of the package"],
  statement_sha256: ["SHA-256 pernyataan", "SHA-256 of the statement"],
  export_key: ["Kunci ekspor", "Export key"],
  log: ["Log", "Log"],
  log_key: ["Kunci log", "Log key"],
  origin: ["Log", "Log"],
  size: ["Jumlah entri", "Entries"],
  root: ["Akar", "Root"],
  witnesses: ["Saksi luar", "Outside witnesses"],
  no_outside_witness: ["Tanpa saksi luar", "No outside witness"],
  entries: ["Entri", "Entries"],
  chunks: ["Potongan", "Chunks"],
  cameras: ["Kamera", "Cameras"],
  gaps: ["Celah", "Gaps"],
  brackets: ["Batas waktu", "Time brackets"],
  not_before: ["Tidak sebelum", "Not before"],
  not_after: ["Tidak sesudah", "Not after"],
  error_us: ["Galat jam (µs)", "Clock error (µs)"],
  frames: ["Bingkai", "Frames"],
  nals: ["Unit NAL", "NAL units"],
  events: ["Peristiwa", "Events"],
  holds: ["Penahanan", "Holds"],
  released: ["Penahanan dilepas", "Holds released"],
  unsigned: ["Tanpa tanda tangan kamera", "No camera signature"],
  signed: ["Bertanda tangan", "Signed"],
  verifier: ["Sidik jari pemeriksa di paket", "Fingerprint of the verifiers in the package"],
  more_findings: ["Temuan lain", "Further findings"],
};

export function factRows(facts: Record<string, unknown>): HTMLElement[] {
  return Object.entries(facts)
    .slice(0, MOST)
    .flatMap(([name, value]) => [h("dt", {}, label(name)), h("dd", { class: "path" }, shown(value))]);
}

function label(name: string): string {
  return NAMES[name]?.[currentLanguage() === "id" ? 0 : 1] ?? name.replaceAll("_", " ");
}

function shown(value: unknown, depth = 0): string {
  if (value === true) return currentLanguage() === "id" ? "ya" : "yes";
  if (value === false) return currentLanguage() === "id" ? "tidak" : "no";
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
