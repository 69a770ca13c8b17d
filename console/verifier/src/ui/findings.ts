/** What each code of a finding means, in both languages; verify.py has the same codes. */

import { PACKED_AGAIN } from "../read/repacked";
import type { Finding, Report, Verdict } from "../report";
import { currentLanguage, moment } from "./words";

type Both = [id: string, en: string];

const CODES: Record<string, Both> = {
  not_read: ["Tidak dapat dibaca, sehingga baris ini tidak dapat diperiksa", "Could not be read, so this line could not be checked"],
  // of audit exports, which the page does not check: verify.py has the same codes
  audit_export: ["Ekspor jejak audit: halaman ini tidak memeriksanya", "An audit export: this page does not check it"],
  trail_malformed: ["Baris ini bukan entri, baris audit maupun daun", "This line is neither an entry, an audit row nor a leaf"],
  trail_row: ["Baris audit ini diubah: tidak lagi sesuai daunnya di log", "This audit row was changed: it is no longer the one its leaf in the log was made of"],
  trail_root: ["Baris di bawah entri ini diubah, ditukar, ditambah atau dihapus: bukan lagi yang disegel log", "Rows under this entry were changed, swapped, added or removed: they are not those that the log sealed"],
  trail_count: ["Jumlah baris di bawah entri ini bukan yang disebutnya: ada yang ditambah atau dihapus", "The entry has another number of rows than it says: some were added or removed"],
  trail_gap: ["Entri log tidak berurutan: ada kumpulan baris yang hilang atau disisipkan", "Entries of the log do not follow one another: a batch of rows is missing or was put in"],
  trail_entry: ["Entri ini bukan yang dibuktikan ada di log", "This entry is not the one that is proven to be in the log"],
  trail_withheld: ["Ekspor seluruh rentang menahan baris: tidak semuanya ditampilkan", "An export of a whole span withholds rows: not all of them are shown"],
  trail_not_asked: ["Baris ini tidak termasuk yang diminta", "This row is not one of those that were asked for"],
  trail_table: ["Tabel berbeda dari baris audit yang dibuktikan", "The table says something else than the audit row that is proven"],
  trail_counts: ["Jumlah baris, yang ditahan, dan entri bukan yang dinyatakan", "Rows, withheld rows and entries are not as many as was stated"],
  trail_starts_late: ["Baris awal rentang dapat berada di bawah entri sebelum ini, yang tidak disertakan", "Rows from the beginning of the span may stand under entries before these, which are not given"],
  trail_ends_early: ["Ekspor berakhir sebelum akhir rentang yang dinyatakannya", "The export ends before the end of the span that it states"],
  trail_open: ["Ekspor tidak mencakup akhir rentang yang diminta: mintalah lagi bagian itu", "The export does not reach the end of the span that was asked for: ask for that part again"],
  // 1
  zip_cut: ["Berkas ini terpotong, jadi bukan paket yang utuh", "This file is cut short, so it is not the whole package"],
  zip_volume: ["Ini satu bagian dari paket yang dibagi", "This is one part of a split package"],
  zip_malformed: ["Susunan ZIP bukan seperti yang ditulis arsip", "The ZIP is not as the archive writes it"],
  unsafe_name: ["Nama berkas menunjuk ke luar paket", "A file name that leads out of the package"],
  duplicate_name: ["Dua berkas dengan nama yang sama", "Two files of one name"],
  crc_differs: ["Isi berkas tidak cocok dengan jumlah periksa ZIP", "The file's bytes do not fit the ZIP's checksum"],
  zip_order: ["Urutan berkas di dalam ZIP berbeda", "The files of the ZIP are in another order"],
  missing: ["Berkas hilang", "A file is missing"],
  surplus: ["Berkas yang tidak ada di daftar", "A file that no list names"],
  digest_differs: ["Isi berkas berubah: sidik jarinya lain", "The file was changed: its fingerprint differs"],
  statement_differs: ["Isi berkas bukan yang ditandatangani", "The file is not the one that was signed"],
  not_stated: ["Berkas tidak tercakup tanda tangan", "A file that the signature does not cover"],
  manifest_malformed: ["Daftar berkas rusak bentuknya", "A file list of another form"],
  bag_malformed: ["Berkas penanda paket rusak bentuknya", "A tag file of the package of another form"],
  malformed: ["Bentuk berkas atau baris salah", "A file or line of the wrong form"],
  // 2
  no_trust: ["Kunci dari luar belum diberikan; hanya keselarasan isi yang ditunjukkan", "No key from outside was given; only consistency was shown"],
  statement_signature: ["Tanda tangan paket tidak sah", "The package's signature does not hold"],
  statement_key: ["Kunci penanda tangan tidak dikenal sebagai kunci ekspor", "The signing key is not known as an export key"],
  key_revoked: ["Kunci sudah dicabut sebelum paket dibuat", "The key was revoked before the package was made"],
  trust_unusable: ["Kunci yang diberikan tidak dapat dipakai", "The key given cannot be used"],
  log_not_trusted: ["Kunci yang Anda berikan telah dibandingkan dan berbeda: log paket ini bukan milik arsip itu", "The key you gave was compared and differs: the package's log is not that archive's"],
  key_not_logged: ["Kunci tidak terdaftar di log", "The key is not enrolled in the log"],
  key_differs: ["Kunci berbeda dengan pendaftarannya di log", "The key differs from its enrolment in the log"],
  key_signature: ["Pendaftaran kunci tidak ditandatangani dengan benar", "The enrolment of a key is not rightly signed"],
  // 3
  checkpoint_signature: ["Tanda tangan titik periksa log tidak sah", "The signature of the log's checkpoint does not hold"],
  checkpoint_malformed: ["Titik periksa rusak bentuknya", "A checkpoint of another form"],
  checkpoint_differs: ["Titik periksa berbeda dengan pernyataan paket", "The checkpoint differs from the package's statement"],
  checkpoint_inconsistent: ["Titik periksa lama bukan awal dari log ini", "An older checkpoint is not the beginning of this log"],
  consistency_missing: ["Bukti kesinambungan log tidak ada", "The proof that the log continues is missing"],
  quorum: ["Saksi luar yang menandatangani kurang dari yang disyaratkan", "Fewer witnesses signed than are required"],
  proof_missing: ["Bukti pencatatan tidak ada", "A proof of logging is missing"],
  proof_malformed: ["Bukti pencatatan rusak bentuknya", "A proof of logging of another form"],
  proof_differs: ["Bukti pencatatan tidak menuju log ini", "A proof that does not lead to this log"],
  proof_checkpoint: ["Bukti memakai titik periksa lain", "A proof on another checkpoint"],
  proof_surplus: ["Bukti tanpa entri", "A proof without an entry"],
  entry_signature: ["Tanda tangan entri tidak sah", "The signature of an entry does not hold"],
  entry_key: ["Entri ditandatangani kunci yang tidak berhak", "An entry signed by a key that may not"],
  entry_order: ["Urutan entri salah", "Entries in the wrong order"],
  chain_broken: ["Rantai entri terputus", "A chain of entries is broken"],
  // 4
  chunk_order: ["Urutan potongan salah", "Chunks in the wrong order"],
  leaf_differs: ["Keterangan potongan bukan yang disegel", "What is said of a chunk is not what was sealed"],
  chunk_not_sealed: ["Potongan tidak tercakup segel", "A chunk that no seal covers"],
  leaves_missing: ["Daun segel tidak ada", "The leaves of a seal are missing"],
  seal_root: ["Akar segel tidak cocok", "The root of a seal does not fit"],
  seal_tip: ["Ujung rantai segel tidak cocok", "The tip of a seal does not fit"],
  seal_count: ["Jumlah dalam segel tidak cocok", "The counts of a seal do not fit"],
  seal_gap: ["Segel berikutnya tidak menyambung", "The next seal does not continue"],
  opening_missing: ["Entri pembukaan perekaman tidak ada", "The opening of a run is missing"],
  opening_differs: ["Pembukaan perekaman tidak cocok dengan rantainya", "The opening of a run does not fit its chain"],
  parent_unknown: ["Perekaman tidak menyambung ke perekaman sebelumnya", "A run that continues no known run"],
  chunk_missing: ["Ada potongan yang hilang di antaranya", "A chunk in between is missing"],
  head_missing: ["Awal rentang tidak terbukti lengkap", "The beginning of the span is not shown to be complete"],
  tail_missing: ["Akhir rentang tidak terbukti lengkap", "The end of the span is not shown to be complete"],
  file_missing: ["Rekaman asli tidak ada di paket dan tidak disebut hilang", "The original is not in the package and not stated as missing"],
  file_differs: ["Rekaman asli bukan yang dicatat perekam", "The original is not what the recorder recorded"],
  import_missing: [
    "Berkas impor diminta, tetapi tidak ada di paket dan tidak terbukti sudah tidak ada di arsip",
    "An imported file was asked for and is neither in the package nor shown to be gone",
  ],
  import_differs: [
    "Berkas impor bukan yang dibawa dan dicatat log saat itu",
    "The imported file is not the one that was brought and that the log was told of",
  ],
  file_unplaced: ["Berkas rekaman di luar rentang mana pun", "A footage file outside every span"],
  camera_missing: ["Kamera dalam barang bukti tidak dinyatakan", "A camera of the exhibit is not stated"],
  span_differs: ["Rentang berbeda dengan yang diminta", "The span differs from the one asked for"],
  gaps_differ: ["Celah yang dinyatakan tidak sama dengan yang dihitung", "The gaps stated are not the ones computed"],
  counts_differ: ["Jumlah yang dinyatakan tidak sama dengan yang dihitung", "The counts stated are not the ones computed"],
  cause_differs: ["Sebab celah berbeda dengan yang tercatat saat kejadian", "The cause of a gap differs from the one recorded at the time"],
  purge_path: [
    "Nisan tidak menuju akar pada entri selesainya pemusnahan",
    "A tombstone that does not lead to the root in the entry that its purge is done",
  ],
  purge_foreign: [
    "Nisan dari pemusnahan atau segel yang tidak ada di paket",
    "A tombstone of a purge or seal that the package does not have",
  ],
  purge_unproven: [
    "Disebut dimusnahkan, tetapi tidak ada nisan yang membuktikannya",
    "Said to be purged, but no tombstone shows it",
  ],
  purge_unannounced: ["Pemusnahan tanpa entri yang mengumumkannya", "A purge without the entry that announced it"],
  purge_not_done: [
    "Pemusnahannya belum selesai, sehingga belum dapat diperiksa",
    "Its purge is not done yet, so it cannot be checked yet",
  ],
  end_open: ["Setelah rekaman terakhir tidak diketahui apa yang terjadi", "What came after the last footage is not known"],
  // 5
  pulse_path: ["Denyut tidak memuat keadaan kamera ini", "A pulse does not hold this camera's state"],
  tip_differs: ["Ujung rantai pada denyut berbeda", "The tip in a pulse differs"],
  backdated: ["Rekaman diberi tanggal mundur", "Footage that was back-dated"],
  future: ["Rekaman mengaku lebih baru daripada catatannya", "Footage that claims to be later than its record"],
  late_announcement: ["Rekaman diumumkan terlambat setelah gangguan; waktunya tidak dapat dipastikan", "Footage announced late after an outage; its time cannot be established"],
  imported: [
    "Dibawa masuk dari perekam lain; waktunya menurut pembawanya dan tidak dapat diperiksa",
    "Brought in from another recorder; its time is as stated by whoever brought it and cannot be checked",
  ],
  not_pulsed: ["Denyut perekam tidak menyebut rekaman ini", "The recorder's pulses do not name this footage"],
  stamp_differs: ["Stempel waktu bukan untuk titik periksa ini", "The time stamp is over something else"],
  no_pulse: ["Belum ada denyut sesudah rekaman ini", "There is no pulse after this footage yet"],
  // 6
  media_malformed: ["Berkas video rusak bentuknya", "A video file of another form"],
  nal_differs: ["Bingkai salinan putar berbeda dengan aslinya", "The frames of the playable copy differ from the originals"],
  pieces_differ: ["Salinan putar tidak tersusun dari rekaman asli yang disebut", "The playable copy is not made of the originals it names"],
  frames_left_out: ["Ada bingkai asli yang tidak masuk salinan putar", "Frames of the originals are left out of the playable copy"],
  no_playable: ["Tidak ada salinan putar untuk rekaman ini", "There is no playable copy of this footage"],
  withheld: [
    "Rekaman asli sengaja tidak disertakan; hanya salinan olahan yang diserahkan",
    "The originals are withheld on purpose; only processed copies are handed over",
  ],
  no_footage: [
    "Tidak ada rekaman kamera ini di paket; mintalah keterangan ketiadaan rekaman",
    "No footage of this camera is in the package; ask for the certificate of absence",
  ],
  sound_differs: ["Suara salinan putar berbeda dengan aslinya", "The sound of the playable copy differs from the originals"],
  sound_left_out: ["Ada suara asli yang tidak terdengar di salinan putar", "Sound of the originals is left out of the playable copy"],
  times_differ: ["Gambar atau suara tidak pada waktu aslinya", "Pictures or sound do not come at the times of the originals"],
  derivation_missing: ["Turunan tanpa pernyataan asal-usul yang terbaca", "A derivative without a statement of its making that can be read"],
  derivation_signature: ["Asal-usul turunan tidak ditandatangani arsip", "The statement of a derivative's making is not signed by the archive"],
  derivation_differs: ["Turunan tidak sesuai dengan asal-usul yang dinyatakan", "The derivative is not what the statement of its making says"],
  thinning_unproven: ["Log tidak membuktikan potongan jarang ini", "The log does not prove this thinned chunk"],
  // 7
  custody_gap: ["Riwayat penguasaan terputus", "The custody history is broken"],
  commitment_differs: ["Isi riwayat tidak cocok dengan yang tercatat", "What is disclosed is not what was recorded"],
  custody_unknown: ["Peristiwa yang tidak tercatat di log", "An event that the log does not hold"],
  no_hold: ["Tidak ada penahanan (kunci bukti) untuk rekaman ini", "There is no hold (evidence lock) on this footage"],
  not_requested: ["Dibuat tanpa permintaan tercatat", "Made without a recorded request"],
  request_differs: ["Permintaan berbeda dengan yang diserahkan", "The request differs from what was delivered"],
  not_disclosed: ["Peristiwa tercatat, tetapi isinya tidak diungkap", "An event is recorded and its content not disclosed"],
  // 8
  signature_broken: ["Tanda tangan kamera rusak", "The camera's signature is broken"],
  signature_not_checked: ["Ditandatangani kamera, tetapi tidak dapat diperiksa", "Signed by the camera, but it could not be checked"],
};

const UNCHECKED = new Set([
  "not_read",
  "no_trust",
  "trust_unusable",
  "end_open",
  "late_announcement",
  "no_pulse",
  "not_disclosed",
  "signature_not_checked",
  "no_footage",
  "withheld",
  "purge_not_done",
  "imported",
]);

const AS_SIGNED: Record<string, Both> = {
  nal_differs: [
    "Salinan putar sama seperti ketika ditandatangani; rekaman aslinya di paket ini yang berbeda",
    "The copy is as it was signed; its originals in this package differ",
  ],
  pieces_differ: [
    "Salinan putar sama seperti ketika ditandatangani; rekaman aslinya di paket ini rusak atau tidak ada",
    "The copy is as it was signed; its originals in this package are damaged or absent",
  ],
};

const STRAY: Both = [
  "Berkas tambahan buatan sistem komputer (Windows atau macOS), bukan bagian paket: hapus, lalu periksa lagi",
  "A file that a computer (Windows or macOS) adds by itself, no part of the package: delete it and check again",
];
const REPACKED: Both = [
  "ZIP ini dipaket ulang oleh program lain: ekstrak, lalu periksa foldernya",
  "This ZIP was packed again by another program: unpack it and check the folder",
];
const STRAYS = /^(?:thumbs\.db|\.ds_store|desktop\.ini|\._.*)$/i;

function said(both: Both): string {
  return both[currentLanguage() === "id" ? 0 : 1];
}

/** What a finding means at its place. */
export function findingText(verdict: Verdict, { code, where, found }: Finding): string {
  if (code === "surplus" && STRAYS.test(where.split("/").pop()!)) return said(STRAY);
  if (packedAgain({ code, found })) return said(REPACKED);
  if (AS_SIGNED[code] && copiesAsSigned(verdict).includes(where)) return said(AS_SIGNED[code]);
  return CODES[code] ? said(CODES[code]) : code;
}

/** Whether a finding is of a ZIP that another program packed again: its files themselves may be whole. */
export function packedAgain({ code, found }: Pick<Finding, "code" | "found">): boolean {
  return code === "zip_malformed" && found === PACKED_AGAIN;
}

/** Court files that are as they were signed although something was found of them: then the originals differ. */
export function copiesAsSigned(verdict: Verdict | undefined): string[] {
  const told = verdict?.facts["as_signed"];
  return Array.isArray(told) ? told.map(String) : [];
}

/** Whether all that verdict 6 found comes of originals that are not those of which the copies were made. */
export function onlyOriginalsDiffer(verdict: Verdict): boolean {
  const copies = copiesAsSigned(verdict);
  return copies.length > 0 && verdict.findings.every(({ where }) => copies.includes(where) || !where.startsWith("data/playable/"));
}

const OF_DERIVATIVES = new Set(["derivation_missing", "derivation_signature", "derivation_differs", "thinning_unproven"]);

/** Whether all that makes verdict 6 fail is of processed copies or thinned chunks, none of it of what plays. */
export function onlyDerivativesDiffer({ state, findings }: Verdict): boolean {
  return state === "fails" && findings.every(({ code }) => OF_DERIVATIVES.has(code) || !failing(code));
}

/** A place in a reader's terms: the camera and the stretch of time; "" where there are no such. */
export function placeText(report: Report, where: string): string {
  const place = report.places[where];
  if (!place) return "";
  const [camera, from, to] = place;
  const [start, end] = [moment(from), moment(to)];
  const day = start.split(" ").slice(0, 3).join(" ");
  const until = end.startsWith(`${day} `) ? end.slice(day.length + 1) : end;
  const since = start.slice(0, start.lastIndexOf(" "));
  return `${camera}, ${since} - ${until}`;
}

const BOOKS = /^(?:manifest-|tagmanifest-|bag|zip)/;

/** Findings for people: footage before copies, both before what keeps the books. */
export function tellingFirst(findings: Finding[]): Finding[] {
  const firsts = ["data/original/", "data/playable/", "data/"];
  const rank = ({ code, where }: Finding): number => {
    const at = firsts.findIndex((one) => where.startsWith(one));
    return (failing(code) ? 0 : 10) + (at >= 0 ? at : BOOKS.test(where) ? 4 : 3);
  };
  return [...findings].sort((a, b) => rank(a) - rank(b));
}

/** Whether a finding of this code makes a line fail; the others mean that something could not be checked. */
export function failing(code: string): boolean {
  return !UNCHECKED.has(code);
}
