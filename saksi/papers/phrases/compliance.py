"""Words of the monthly report on agencies."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "month": ("Masa laporan", "Period"),
    "month_said": ("{first} sampai dengan {last}, waktu {zone}", "{first} to {last}, {zone} time"),
    "month_open": (
        "MASA INI BELUM BERAKHIR. Angka dihitung sampai {until}; laporan ini bukan laporan sebulan penuh.",
        "THIS MONTH IS NOT OVER. The figures go up to {until}; this is not the report of a whole month.",
    ),
    "made_at": ("Dibuat", "Made"),
    "made_by": ("Dibuat oleh", "Made by"),
    "section_month": ("Ringkasan", "In short"),
    "agencies_count": ("Instansi", "Agencies"),
    "agencies_said": (
        "{all}: {kept} menepati ketentuan, {broken} tidak, {unjudged} belum dapat dinilai, {none} tanpa ketentuan",
        "{all}: {kept} kept their terms, {broken} did not, {unjudged} could not be judged, {none} without terms",
    ),
    "obliged_count": ("Wajib tersambung", "Obliged to connect"),
    "obliged_said": (
        "{obliged} instansi; {connected} di antaranya terekam dalam masa ini",
        "{obliged} agencies; {connected} of them were recorded in the period",
    ),
    "cameras_said": (
        "{cameras} aktif pada akhir masa; {connected} di antaranya pernah terekam",
        "{cameras} in service at the end; {connected} of them recorded at some time",
    ),
    "recorded_count": ("Waktu terekam", "Time recorded"),
    "recorded_said": (
        "{recorded} dari {due} jam-kamera. Tidak terekam: {agency} jam oleh gangguan kamera atau jalurnya,"
        " {archive} jam oleh gangguan arsip, {unknown} jam tanpa sebab yang diketahui",
        "{recorded} of {due} camera-hours. Missing: {agency} h by faults of cameras or their lines,"
        " {archive} h by faults of the archive, {unknown} h for no known cause",
    ),
    "tickets_count": ("Tiket gangguan", "Tickets"),
    "tickets_said": (
        "{opened} dibuka dan {closed} ditutup dalam masa ini",
        "{opened} opened and {closed} closed in the period",
    ),
    "section_terms": ("Ketentuan yang dipakai menilai", "Terms that were judged by"),
    "terms_words": (
        "Setiap masa dinilai menurut ketentuan yang berlaku pada hari pertamanya, atau yang pertama berlaku di"
        " dalamnya. Lokasi yang tidak disebut mengikuti instansinya.",
        "A period is judged by the terms in force on its first day, or the first that began within it. Sites that are"
        " not named go by their agency's.",
    ),
    "subject": ("Instansi / lokasi", "Agency / site"),
    "terms_duty": ("Kewajiban dan dasarnya", "Duty and basis"),
    "obliged_yes": ("wajib", "obliged"),
    "obliged_no": ("sukarela", "by its own will"),
    "as_agency": ("seperti instansinya", "as its agency"),
    "terms_since": ("Sejak", "Since"),
    "uptime": ("Ketersediaan", "Uptime"),
    "retention": ("Retensi", "Retention"),
    "clock_off": ("Galat jam", "Clock error"),
    "no_terms": ("Tidak ada ketentuan yang berlaku.", "No terms were in force."),
    "section_kept": ("Penilaian", "Judgement"),
    "connected": ("Kamera tersambung", "Cameras connected"),
    "result": ("Hasil", "Result"),
    "state_kept": ("terpenuhi", "kept"),
    "state_broken": ("TIDAK TERPENUHI", "NOT KEPT"),
    "state_unjudged": ("belum dapat dinilai", "not to be judged"),
    "state_none": ("tanpa ketentuan", "without terms"),
    "agreed": ("disepakati {agreed}", "agreed {agreed}"),
    "of_cameras": ("{connected} dari {cameras}", "{connected} of {cameras}"),
    "days": ("{days} hari", "{days} d"),
    "recorder_bound": ("perekam {bound}", "recorder {bound}"),
    "no_subjects": ("Tidak ada instansi.", "There are no agencies."),
    "section_missing": ("Rekaman, celah dan tanggung jawab", "Footage, gaps and whose they were"),
    "missing_words": (
        "Jam-kamera yang seharusnya terekam, dan yang hilang menurut penyebabnya. Gangguan arsip sendiri tidak"
        " dibebankan kepada instansi.",
        "Camera-hours that were to be recorded, and what is missing by whose fault it was. Faults of the archive's own"
        " are not counted against an agency.",
    ),
    "due": ("Jam wajib", "Hours due"),
    "recorded": ("Terekam", "Recorded"),
    "by_agency": ("Hilang: instansi", "Missing: agency"),
    "by_archive": ("Hilang: arsip", "Missing: archive"),
    "by_unknown": ("Hilang: tak diketahui", "Missing: unknown"),
    "longest": ("Celah terpanjang", "Longest gap"),
    "section_tickets": ("Tiket dalam masa ini", "Tickets of the period"),
    "ticket_number": ("No.", "No."),
    "ticket_what": ("Yang salah (angka terakhir)", "What was wrong (last figures)"),
    "ticket_opened": ("Dibuka", "Opened"),
    "ticket_closed": ("Ditutup", "Closed"),
    "ticket_open": ("masih terbuka saat laporan dibuat", "still open when this was made"),
    "no_tickets": ("Tidak ada tiket.", "There were no tickets."),
    "tickets_left_out": (
        "{left} tiket lainnya tidak dicetak di sini; semuanya ada pada daftar tiket di arsip.",
        "{left} more tickets are not printed here; all are in the archive's list of tickets.",
    ),
    "section_method": ("Cara angka dihitung", "How the figures were made"),
    "method_due": (
        "Waktu dihitung selama kamera terdaftar dan dinyalakan di arsip. Terekam ialah waktu yang memiliki rekaman"
        " langsung, juga bila rekamannya sudah dimusnahkan; rekaman yang dibawa masuk kemudian tidak dihitung. Celah"
        " paling lama setengah detik dianggap sambungan potongan.",
        "Time counts while a camera is registered and switched on in the archive. Recorded is time of which there is"
        " live footage, purged since or not; footage that was brought in later does not count. Holes of up to half a"
        " second are joints between chunks.",
    ),
    "method_missing": (
        "Yang hilang dipilah menurut sebab yang dicatat perekam saat itu. Tanggungan instansi: kamera tidak"
        " terjangkau, menolak login, diam, tanpa bingkai kunci, atau videonya tidak dapat direkam. Tanggungan arsip:"
        " perekam mati, perekam kehabisan tempat, kamera dinonaktifkan petugas. Ketersediaan ialah yang terekam dari"
        " jumlah yang terekam dan tanggungan instansi.",
        "What is missing is told apart by the cause that recorders put on record at the time. The agency answers for"
        " cameras that could not be reached, refused the log-in, were silent, without keyframes, or of video that"
        " cannot be recorded; the archive for its recorders being down or out of room, and for cameras that officers"
        " switched off. Uptime is what was recorded, of that and what the agency answers for.",
    ),
    "method_clock": (
        "Galat jam ialah selisih terjauh jam kamera dari jam perekam (median tiap jam), dikurangi batas galat perekam:"
        " yang pasti meleset. Retensi ialah janji terpendek kebijakan pada akhir masa, atau umur rekaman yang dihapus"
        " lebih awal. Persentase dibulatkan ke bawah.",
        "The clock error is how far a camera's clock was from the recorder's (the median of an hour, the worst of"
        " them), less the recorder's own bound: what was off for certain. Retention is the shortest promise of the"
        " policies at the end of the period, or the age of footage that was deleted earlier. Percentages are rounded"
        " down.",
    ),
}  # fmt: skip
