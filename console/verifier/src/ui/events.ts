/** Names of custody events and of the causes of gaps. */

import enWords from "../../../src/i18n/en.json";
import idWords from "../../../src/i18n/id.json";
import type { Detail } from "../report";
import { currentLanguage, has, momentSpan, t } from "./words";

type Both = [id: string, en: string];

const EVENTS: Record<string, Both> = {
  request: ["Permintaan diterima", "Request received"],
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
  "hold.release.ask": ["Pelepasan penahanan diminta", "Release of a hold asked for"],
  "hold.release.withdraw": ["Permintaan pelepasan ditarik", "Request for release withdrawn"],
  "member.add": ["Akses diberikan", "Access given"],
  "member.remove": ["Akses dicabut", "Access taken"],
  "grant.give": ["Izin melihat diberikan", "Sight granted"],
  "grant.end": ["Izin melihat diakhiri", "Grant ended"],
  "bookmark.edit": ["Penanda diubah", "Bookmark changed"],
  "bookmark.remove": ["Penanda dihapus", "Bookmark removed"],
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
  "purge.preview": ["Penghapusan manual diminta", "Deletion by hand asked for"],
  "purge.approve": ["Penghapusan manual disetujui", "Deletion by hand approved"],
  "purge.undo": ["Penghapusan manual dibatalkan", "Deletion by hand taken back"],
  "purge.execute": ["Penghapusan manual dilaksanakan", "Deletion by hand carried out"],
  "access.denied": ["Akses ditolak", "Access denied"],
  print: ["Dicetak", "Printed"],
  note: ["Catatan", "Note"],
  import: ["Rekaman dibawa masuk", "Recording brought in"],
};

export function eventName(event: string): string {
  return EVENTS[event]?.[currentLanguage() === "id" ? 0 : 1] ?? event;
}

/** What became of an event; what was done as it was meant needs no word. */
const RESULTS: Record<string, Both> = {
  ok: ["", ""],
  asked: ["diminta, belum disetujui", "asked for, not yet approved"],
  withdrawn: ["ditarik", "withdrawn"],
  denied: ["ditolak", "refused"],
  refused: ["ditolak", "refused"],
  expired: ["tautan sudah habis masa berlakunya", "the link had expired"],
  revoked: ["tautan sudah dicabut", "the link had been taken back"],
  passphrase: ["frasa sandi salah", "the passphrase was wrong"],
  fails: ["tidak lolos pemeriksaan", "did not verify"],
  kept: ["tidak ada yang dihapus karena ditahan", "nothing of it went, as it is held"],
  differs: ["yang diterima bukan yang dikirim", "what was received is not what was sent"],
};

export function resultName(result: string): string {
  return RESULTS[result]?.[currentLanguage() === "id" ? 0 : 1] ?? result;
}

const PAPERS: Record<string, Both> = {
  handover: ["BA serah terima", "record of handover"],
  receipt: ["surat tanda penerimaan", "receipt"],
  label: ["label barang bukti", "label of the exhibit"],
  seizure: ["BA penyitaan", "record of seizure"],
  sealing: ["BA pembungkusan dan penyegelan", "record of wrapping and sealing"],
  absence: ["keterangan ketiadaan rekaman", "certificate of absence"],
};

/** A field of an event as "label: value"; a state of a case and a paper in words. */
export function detail(told: Detail): string {
  const label = `what.${told.label}`;
  const paper = told.label === "paper" ? PAPERS[told.text]?.[currentLanguage() === "id" ? 0 : 1] : undefined;
  const value = paper ?? (told.from === undefined ? told.text : `${told.text} ${momentSpan(told.from, told.to ?? 0)}`);
  const state = told.label === "state" ? `state.${value}` : "";
  return `${has(label) ? t(label) : told.label}: ${has(state) ? t(state) : value}`;
}

/** What may have become of a chunk; the causes of outages have the console's own words. */
const BECAME: Record<string, Both> = {
  dropped: ["gugur sebelum tersimpan", "dropped before it was stored"],
  pending: ["belum tersimpan", "not stored yet"],
  purged: ["dimusnahkan", "purged"],
  lost: ["direkam, lalu hilang dari penyimpanan", "recorded, then lost from the store"],
  damaged: ["direkam, lalu rusak di penyimpanan", "recorded, then damaged in the store"],
};

export function causeName(cause: string): string {
  const words: Record<string, string> = currentLanguage() === "id" ? idWords : enWords;
  return BECAME[cause]?.[currentLanguage() === "id" ? 0 : 1] ?? words[`reason.${cause}`] ?? cause;
}
