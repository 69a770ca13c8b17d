"""A row of the audit trail in a sentence, in Indonesian and English."""

from __future__ import annotations

from saksi import local_time
from saksi.catalogue.audit_trail import AuditRow

ACTIONS: dict[str, tuple[str, str]] = {
    "log in": ("logged in", "masuk"),
    "log out": ("logged out", "keluar"),
    "search": ("searched", "mencari"),
    "neighbours": ("looked around", "melihat sekitar"),
    "whose": ("asked whose a file is", "menanyakan asal berkas"),
    "pictures": ("was shown the last pictures", "melihat gambar terakhir"),
    "segments": ("was shown", "melihat"),
    "play": ("played", "memutar"),
    "ticket": ("took a player's address for", "mengambil alamat pemutar untuk"),
    "clip": ("took the clip of", "mengambil klip"),
    "still": ("took a still of", "mengambil gambar diam"),
    "seal": ("had the open chunk cut of", "meminta pemotongan chunk terbuka"),
    "footage.request": ("asked for the footage of", "meminta rekaman"),
    "import": ("brought in footage of", "membawa masuk rekaman"),
    "import.get": ("took an imported file of", "mengambil berkas impor"),
    "custody": ("read the custody of a case", "membaca penguasaan kasus"),
    "case": ("asked for a case", "meminta kasus"),
    "open case": ("opened a case", "membuka kasus"),
    "change case": ("changed a case", "mengubah kasus"),
    "add member": ("gave access to a case", "memberi akses kasus"),
    "remove member": ("took access to a case away", "mencabut akses kasus"),
    "give grant": ("granted sight of", "mengizinkan melihat"),
    "end grant": ("ended a grant of", "mengakhiri izin atas"),
    "add exhibit": ("made an exhibit of", "membuat barang bukti"),
    "add bookmark": ("marked", "menandai"),
    "change bookmark": ("changed a mark of", "mengubah penanda"),
    "remove bookmark": ("removed a mark of", "menghapus penanda"),
    "place hold": ("placed a hold on", "menahan"),
    "extend hold": ("extended a hold on", "memperpanjang penahanan"),
    "ask hold release": ("asked for the release of a hold on", "meminta pelepasan penahanan"),
    "release hold": ("released a hold on", "melepas penahanan"),
    "withdraw hold release": ("took back a request for release", "menarik permintaan pelepasan"),
    "export": ("asked for a package", "meminta paket"),
    "export.download": ("downloaded a package", "mengunduh paket"),
    "disclose": ("made a link to a package", "membuat tautan paket"),
    "revoke disclosure": ("took a link back", "mencabut tautan"),
    "redact": ("had an exhibit redacted", "menyamarkan barang bukti"),
    "derivative": ("took a processed copy", "mengambil salinan olahan"),
    "print": ("printed a paper", "mencetak surat"),
    "add camera": ("added a camera", "menambah kamera"),
    "change camera": ("changed a camera", "mengubah kamera"),
    "add person": ("added a person", "menambah pengguna"),
    "add token": ("made a token", "membuat token"),
    "add agency": ("added an agency", "menambah instansi"),
    "change agency": ("changed an agency", "mengubah instansi"),
    "add site": ("added a site", "menambah situs"),
    "set site networks": ("set where cameras may be at", "mengatur tempat kamera"),
    "add area": ("added an area", "menambah wilayah"),
    "propose policy": ("proposed a policy", "mengusulkan kebijakan"),
    "accept policy": ("accepted a policy", "menyetujui kebijakan"),
    "withdraw policy": ("withdrew a policy", "menarik kebijakan"),
    "preview policy": ("previewed a policy", "meninjau kebijakan"),
    "propose thinning": ("proposed thinning", "mengusulkan penjarangan"),
    "accept thinning": ("accepted thinning", "menyetujui penjarangan"),
    "withdraw thinning": ("withdrew thinning", "menarik penjarangan"),
    "set quota": ("set a quota", "menetapkan kuota"),
    "start purge": ("started a purge", "memulai pemusnahan"),
    "preview purge": ("previewed a purge", "meninjau pemusnahan"),
    "preview deletion": ("previewed a deletion of", "meninjau penghapusan"),
    "ask deletion": ("asked for the deletion of", "meminta penghapusan"),
    "approve deletion": ("approved a deletion", "menyetujui penghapusan"),
    "undo deletion": ("took back a deletion", "membatalkan penghapusan"),
    "read purge certificate": ("read a purge's certificate", "membaca sertifikat pemusnahan"),
    "retention forecast": ("read the forecast", "membaca perkiraan"),
    "achieved retention": ("read the achieved retention", "membaca retensi tercapai"),
    "ledger checkpoint": ("read the log's checkpoint", "membaca titik periksa log"),
    "ledger key": ("read the log's policy", "membaca kebijakan log"),
    "ledger proof": ("read a proof of the log", "membaca bukti log"),
    "ledger tile": ("read a tile of the log", "membaca ubin log"),
    "change person": ("changed a person", "mengubah pengguna"),
    "reset password": ("reset a password", "mengatur ulang kata sandi"),
    "change password": ("changed their password", "mengganti kata sandi"),
    "enrol second factor": ("began to set up a second factor", "mulai memasang faktor kedua"),
    "confirm second factor": ("set up a second factor", "memasang faktor kedua"),
    "renew recovery codes": ("made new recovery codes", "membuat kode pemulihan baru"),
    "remove second factor": ("removed their second factor", "melepas faktor keduanya"),
    "reset second factor": ("took away a second factor", "menghapus faktor kedua"),
    "seal secrets anew": ("sealed secrets by a new key", "menyegel rahasia dengan kunci baru"),
    "link person": ("linked to the provider the account", "menautkan ke penyedia akun"),
    "unlink person": ("unlinked from the provider the account", "melepas dari penyedia akun"),
    "unlock person": ("unlocked an account", "membuka kunci akun"),
    "end session": ("ended a session", "mengakhiri sesi"),
    "list incidents": ("listed incidents", "melihat daftar kejadian"),
    "view incident": ("read an incident", "membaca kejadian"),
    "add incident": ("entered an incident", "mencatat kejadian"),
    "change incident": ("changed an incident", "mengubah kejadian"),
    "add incident kind": ("added a kind of incident", "menambah jenis kejadian"),
    "import incidents": ("imported incidents", "mengimpor kejadian"),
    "incidents by hour": ("read incidents by hour", "membaca kejadian per jam"),
    "incident hot spots": ("read hot spots", "membaca titik rawan"),
    "incident blind spots": ("read blind spots", "membaca titik buta"),
    "incident patrols": ("read patrol suggestions", "membaca saran patroli"),
    "compliance": ("read the compliance", "membaca kepatuhan"),
    "compliance report": ("took the monthly compliance report", "mengambil laporan kepatuhan bulanan"),
    "set terms": ("set terms of an agency", "menetapkan ketentuan instansi"),
    "import terms": ("imported terms of agencies", "mengimpor ketentuan instansi"),
    "contacts": ("read contacts", "membaca narahubung"),
    "add contact": ("added a contact", "menambah narahubung"),
    "change contact": ("changed a contact", "mengubah narahubung"),
    "remove contact": ("removed a contact", "menghapus narahubung"),
    "own agency": ("looked at an agency's state", "melihat keadaan instansi"),
    "tickets": ("listed tickets", "melihat daftar tiket"),
    "ticket read": ("read a ticket", "membaca tiket"),
    "ticket note": ("added a note to a ticket", "menambah catatan tiket"),
    "acknowledge ticket": ("promised to mend a fault", "menjanjikan perbaikan"),
    "set ticket aside": ("set a ticket aside", "mengesampingkan tiket"),
    "set policy": ("set a policy", "menetapkan kebijakan"),
    "end thinning": ("ended thinning", "mengakhiri penjarangan"),
    "disclosure page": ("opened a link to a package", "membuka tautan paket"),
    "disclosure passphrase": ("gave a link's passphrase", "memberi frasa sandi tautan"),
    "disclosure download": ("downloaded a package by its link", "mengunduh paket lewat tautan"),
    "disclosure receipt": ("sent a receipt", "mengirim tanda terima"),
    "export audit": ("exported the audit trail", "mengekspor jejak audit"),
    "audit": ("read the audit trail", "membaca jejak audit"),
    "viewers": ("asked who was shown", "menanyakan siapa yang melihat"),
}
_RESULTS = {"denied": ("was refused", "ditolak"), "failed": ("failed", "gagal")}
_NOBODY = ("Nobody known", "Orang tak dikenal")
_MOST_NAMED = 5  # cameras in a sentence


def sentence(row: AuditRow, language: str, zone: str) -> str:
    """What the row says in "id" or "en", without the time, which the caller shows; spans in the time of `zone`."""
    at = 1 if language == "id" else 0
    done = ACTIONS.get(row.action, (row.action, row.action))[at]
    # A command is run by a user of the machine, whose name stands before the address.
    who = row.person or (row.address if row.address.endswith("@localhost") else _NOBODY[at])
    said = f"{who}: {done}"
    named = row.object.get("name")
    if isinstance(named, str):
        said += f" {named}"
    if row.cameras:
        more = len(row.cameras) - _MOST_NAMED
        said += " " + ", ".join(row.cameras[:_MOST_NAMED]) + (f" (+{more})" if more > 0 else "")
    if row.from_us is not None and row.to_us is not None:
        instant = row.to_us - row.from_us <= 1
        told = local_time.moment(row.from_us, zone, language) if instant else ""
        said += " " + (told or local_time.span(row.from_us, row.to_us, zone, language))
    if row.case:
        said += f" [{row.case}]"
    if row.result in _RESULTS:
        said += f" ({_RESULTS[row.result][at]})"
    return said + (f": {row.purpose}" if row.purpose else "")
