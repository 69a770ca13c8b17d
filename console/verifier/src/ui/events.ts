/** Names of custody events and of the causes of gaps. */

import enWords from "../../../src/i18n/en.json";
import idWords from "../../../src/i18n/id.json";
import { currentLanguage } from "./words";

type Both = [id: string, en: string];

const EVENTS: Record<string, Both> = {
  request: ["Permintaan", "Request"],
  search: ["Pencarian", "Search"],
  view: ["Melihat", "Viewed"],
  play: ["Memutar", "Played"],
  still: ["Mengambil gambar diam", "Still taken"],
  place: ["Penahanan dipasang", "Hold placed"],
  extend: ["Penahanan diperpanjang", "Hold extended"],
  release: ["Penahanan dilepas", "Hold released"],
  "hold.place": ["Penahanan dipasang", "Hold placed"],
  "hold.extend": ["Penahanan diperpanjang", "Hold extended"],
  "hold.release": ["Penahanan dilepas", "Hold released"],
  "exhibit.add": ["Barang bukti ditambahkan", "Exhibit added"],
  "bookmark.add": ["Penanda ditambahkan", "Bookmark added"],
  "export.request": ["Ekspor diminta", "Export requested"],
  "export.approve": ["Ekspor disetujui", "Export approved"],
  "export.build": ["Paket dibuat", "Package built"],
  "export.download": ["Paket diunduh", "Package downloaded"],
  "export.deliver": ["Paket diserahkan", "Package delivered"],
  receive: ["Diterima", "Received"],
  verify: ["Diperiksa", "Verified"],
  derive: ["Turunan dibuat", "Derivative made"],
  redact: ["Disamarkan", "Redacted"],
  share: ["Dibagikan", "Shared"],
  "share.revoke": ["Pembagian dicabut", "Share revoked"],
  "case.open": ["Kasus dibuka", "Case opened"],
  "case.edit": ["Kasus diubah", "Case edited"],
  "access.denied": ["Akses ditolak", "Access denied"],
  print: ["Dicetak", "Printed"],
  note: ["Catatan", "Note"],
};

export function eventName(event: string): string {
  return EVENTS[event]?.[currentLanguage() === "id" ? 0 : 1] ?? event;
}

/** What may have become of a chunk; the causes of outages have the console's own words. */
const BECAME: Record<string, Both> = {
  dropped: ["gugur sebelum tersimpan", "dropped before it was stored"],
  pending: ["belum tersimpan", "not stored yet"],
  purged: ["dimusnahkan menurut kebijakan", "purged by policy"],
  lost: ["direkam, lalu hilang dari penyimpanan", "recorded, then lost from the store"],
  damaged: ["direkam, lalu rusak di penyimpanan", "recorded, then damaged in the store"],
};

export function causeName(cause: string): string {
  const words: Record<string, string> = currentLanguage() === "id" ? idWords : enWords;
  return BECAME[cause]?.[currentLanguage() === "id" ? 0 : 1] ?? words[`reason.${cause}`] ?? cause;
}
