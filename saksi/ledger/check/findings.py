"""What a check found: each with a code, the place, what should be there and what is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from saksi.messages import register_phrase

FINDINGS: dict[str, tuple[str, str]] = {
    "place_missing": ("a place in the tree has no entry", "satu posisi di pohon tidak memiliki entri"),
    "entry_unplaced": ("an entry neither has a place nor awaits one", "entri tanpa posisi dan tidak menunggu posisi"),
    "leaf_differs": ("the bytes of an entry do not have its leaf hash", "isi entri tidak sesuai hash daunnya"),
    "entry_malformed": ("the bytes of an entry are not in canonical form", "isi entri tidak berbentuk kanonik"),
    "columns_differ": ("the columns of an entry say something else than its bytes", "kolom entri berbeda dari isinya"),
    "key_unknown": ("an entry is by a key that the log did not enrol", "entri oleh kunci yang tidak terdaftar di log"),
    "key_ended": ("an entry is by a key that was revoked before", "entri oleh kunci yang sudah dicabut"),
    "key_row_differs": ("a key in the catalogue is not the one that the log enrolled", "kunci katalog beda dari log"),
    "signature_false": ("the signature of an entry is not its key's", "tanda tangan entri bukan milik kuncinya"),
    "chain_seq": ("a chain jumps, repeats or goes back", "rantai melompat, berulang atau mundur"),
    "chain_prev": ("an entry does not name the one before it in its chain", "entri tidak menunjuk entri sebelumnya"),
    "chain_end": ("the catalogue has another end of a chain than its entries", "ujung rantai di katalog berbeda"),
    "tile_differs": ("a tile does not have the hashes of the entries", "ubin tidak memuat hash entri-entrinya"),
    "checkpoint_root": ("a checkpoint has another root than the entries", "akar titik periksa berbeda dari entri"),
    "checkpoint_note": ("a checkpoint says something else than its row", "isi titik periksa berbeda dari barisnya"),
    "checkpoint_signature": ("a checkpoint is not signed by the log", "titik periksa tidak ditandatangani log"),
    "checkpoint_beyond": ("a checkpoint is larger than the tree", "titik periksa melebihi pohon"),
    "cosignature_false": ("a cosignature is not its witness's", "tanda tangan saksi luar tidak sah"),
    "stamp_differs": ("a time stamp is over something else", "stempel waktu atas isi yang lain"),
    "store_checkpoint": ("the store's checkpoint is missing or foreign", "titik periksa penyimpanan tiada atau asing"),
    "store_missing": ("the store lacks a part of the log", "penyimpanan kekurangan bagian log"),
    "store_differs": ("the store has other bytes of the log", "isi log di penyimpanan berbeda"),
    "run_row": ("a run in the catalogue differs from its entry", "run di katalog berbeda dari entrinya"),
    "pulse_row": ("the catalogue has no lines of a pulse", "katalog tidak memuat baris suatu denyut"),
    "pulse_lines": ("the lines of a pulse do not have its root", "baris suatu denyut tidak sesuai akarnya"),
    "seal_row": ("a seal in the catalogue differs from its entry", "segel di katalog berbeda dari entrinya"),
    "seal_chunks": ("chunks of a seal are missing from the catalogue", "chunk suatu segel hilang dari katalog"),
    "seal_root": ("the chunks of a seal do not have its root", "chunk suatu segel tidak sesuai akarnya"),
    "audit_row": ("a row of the audit trail is not what its leaf says", "baris jejak audit tidak sesuai daunnya"),
    "audit_missing": ("a row of the audit trail is gone", "satu baris jejak audit hilang"),
    "audit_root": ("rows under an entry do not have its root", "baris di bawah suatu entri tidak sesuai akarnya"),
    "audit_stray": ("a row of the audit trail is outside the log", "baris jejak audit berada di luar log"),
    "custody_missing": ("an entry commits to a custody event that is gone", "peristiwa penguasaan suatu entri hilang"),
    "custody_commitment": ("a custody event is not what its entry commits to", "isi penguasaan beda dari komitmennya"),
    "custody_event": ("a custody event has another name than its entry", "nama peristiwa beda dari entrinya"),
    "custody_at": ("a custody event has another time than its entry", "waktu peristiwa beda dari entrinya"),
    "custody_owner": ("a custody event stands under another case or hold", "peristiwa penguasaan di kasus lain"),
    "custody_stray": ("a case has a custody event of another chain", "kasus memuat peristiwa dari rantai lain"),
    "hold_spans": ("a hold covers something else than the log says", "cakupan penahanan berbeda dari log"),
    "hold_released": ("a hold was released, or not, unlike the log says", "pelepasan penahanan berbeda dari log"),
    "object_missing": ("the store lacks an object that a row names", "objek yang dicatat tidak ada di penyimpanan"),
    "object_size": ("an object has another size than its row says", "ukuran objek berbeda dari catatannya"),
    "object_differs": ("an object has other bytes than its row says", "isi objek berbeda dari catatannya"),
    "object_foreign": ("the store has a chunk that no row names", "chunk di penyimpanan tanpa baris di katalog"),
    "object_unreadable": ("the store has an object and cannot give it", "objek tersimpan tetapi tidak terbaca"),
    "object_leftover": ("the store still has a chunk that was purged", "chunk yang sudah dimusnahkan masih tersimpan"),
    "chunk_crc32": ("the CRC-32 of a chunk is not its object's", "CRC-32 chunk berbeda dari objeknya"),
    "chunk_state": ("a chunk that is told as pending or dropped is not there", "chunk yang tertunda/hilang tidak ada"),
    "chunk_stray": ("a chunk is under no seal and in no run", "chunk tidak berada di segel atau run mana pun"),
    "cosignature_row": ("a cosignature's row says else than its line", "baris tanda tangan saksi beda dari isinya"),
    "custody_case": ("a chain of custody has no case", "rantai penguasaan tanpa kasus"),
    "exhibit_row": ("an exhibit differs from what custody tells", "barang bukti berbeda dari catatan penguasaan"),
    "hold_row": ("a hold differs from what custody tells", "penahanan berbeda dari catatan penguasaan"),
    "init_differs": ("an init segment does not have its hash", "isi segmen init tidak sesuai hash-nya"),
    "pending_placed": ("an entry that has a place awaits one", "entri yang sudah berposisi masih menunggu posisi"),
    "published_row": ("the row of what is published is gone", "catatan bagian log yang terbit hilang"),
    "policy_missing": ("an entry tells of a retention policy that is gone", "kebijakan retensi suatu entri hilang"),
    "policy_person": ("a retention policy is by others than logged", "pengubah kebijakan bukan yang dicatat log"),
    "policy_row": ("a retention policy differs from its entry", "kebijakan retensi berbeda dari entrinya"),
    "policy_unlogged": ("a retention policy has no entry in the log", "kebijakan retensi tanpa entri di log"),
    "pulse_checkpoint": ("a pulse quotes no checkpoint of ours", "denyut mengutip titik periksa yang bukan milik log"),
    "row_orphan": ("a row names something that is not there", "baris menunjuk sesuatu yang tidak ada"),
    "tombstone_row": ("a tombstone does not fit its seal or purge", "nisan tidak sesuai segel atau pemusnahannya"),
    "kept_row": ("hours with footage differ from seals and tombstones", "jam berekaman beda dari segel dan nisan"),
    "purge_row": ("a purge differs from what the log says of it", "pemusnahan berbeda dari yang dikatakan log"),
    "thinning_row": ("a thinning policy differs from its entry", "kebijakan penjarangan berbeda dari entrinya"),
    "thinned_row": ("a thinned chunk differs from what was logged", "chunk jarang berbeda dari catatan log"),
    "finding_row": ("a finding of scrub differs from its entry", "temuan pemeriksaan berbeda dari entrinya"),
    "import_row": ("an import differs from what the log says of it", "impor berbeda dari yang dikatakan log"),
    "dropped_row": ("a dropped chunk differs from what the log says", "chunk yang gugur berbeda dari catatan log"),
    "run_alarm": ("a run differs from what its recorder remembers", "run berbeda dari ingatan perekamnya"),
    "run_behind": ("a run has less than a pulse said of it", "isi run kurang dari yang dikatakan denyut"),
    "run_chain": ("the rows of a run do not lead to its tip", "baris suatu run tidak menuju ujung rantainya"),
    "run_tip": ("a pulse says another tip of a run", "denyut menyebut ujung lain dari suatu run"),
    "seen_beyond": ("a checkpoint kept outside is larger than the log", "titik periksa di luar melebihi log"),
    "seen_differs": ("a checkpoint kept outside is of another log", "titik periksa di luar berasal dari log lain"),
    "tile_odd": ("a tile has more or fewer hashes than the tree", "jumlah hash ubin berbeda dari pohon"),
    "seal_chain": ("the chunks of a seal do not lead along its chain", "chunk suatu segel tidak mengikuti rantainya"),
}  # fmt: skip

for _code, (_en, _id) in FINDINGS.items():
    register_phrase(f"ledger_{_code}", en=_en, id_=_id)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that does not hold. `code` is one of FINDINGS; `where` names the row, object or entry."""

    code: str
    where: str
    expected: str = ""
    found: str = ""


@dataclass(kw_only=True)
class Report:
    """Findings as they come (also handed to `tell`), and how much was looked at."""

    tell: Callable[[Finding], None] = lambda _: None
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, code: str, where: str, expected: object = "", found: object = "") -> None:
        """Adds a finding. Bytes are shown in hex."""
        assert code in FINDINGS
        finding = Finding(code=code, where=where, expected=_shown(expected), found=_shown(found))
        self.findings.append(finding)
        self.tell(finding)

    def count(self, what: str, more: int = 1) -> None:
        """Counts something that was looked at."""
        self.counts[what] = self.counts.get(what, 0) + more


def _shown(value: object) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
