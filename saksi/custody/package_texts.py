"""BACA-SAYA.txt and CARA-MANUAL.txt: what a recipient who never heard of Saksi reads first, in both languages.

Lines of the sheet that begin with four blanks and a dollar are commands; a test runs them as they stand.
"""

from __future__ import annotations

import base64
import hashlib
import textwrap

_DER = bytes.fromhex("302a300506032b6570032100")  # SubjectPublicKeyInfo of an Ed25519 key, RFC 8410 section 4


def fingerprint(public: bytes) -> str:
    """A key's fingerprint as it is printed and compared: SHA-256 of its 32 bytes in eight groups of hex."""
    digits = hashlib.sha256(public).hexdigest()
    return " ".join(digits[i : i + 8] for i in range(0, 64, 8))


def pem(public: bytes) -> str:
    """The key as OpenSSL reads it."""
    body = base64.b64encode(_DER + public).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"


def read_me(
    *, package: str, case: str, log_key: bytes, thinned: bool = False, imported: bool = False
) -> bytes:
    """BACA-SAYA.txt: what this is, and how to check it within two minutes.

    `thinned`: it has what a purge left; `imported`: it has files of other recorders as they were brought.
    """
    words = {"package": package, "case": case, "print": fingerprint(log_key)}
    parts = [part for part, told in ((_LEFT, thinned), (_IMPORTED, imported)) if told]
    id_, en = ("".join(part[at] for part in parts) for at in (0, 1))
    return _README.format(**words, more_id=id_, more_en=en).encode()


def manual_sheet(*, package: str, export_key: bytes, log_key: bytes, log_name: str) -> bytes:
    """CARA-MANUAL.txt: the checks with sha256sum and openssl alone. Keys are 32 bytes, `log_name` the log's origin."""
    keys = {"export": export_key, "log": log_key}
    written = "".join(
        f"    $ cat > \"$D/{name}.pem\" <<'E'\n" + textwrap.indent(pem(key), "    $ ") + "    $ E\n"
        for name, key in keys.items()
    )
    words = {
        "package": package,
        "keys": written.rstrip("\n"),
        "name": log_name,
        "pattern": "".join("\\" + one if one in "/.[]*^$\\" else one for one in log_name),
        "print": fingerprint(log_key),
        "export_id": hashlib.sha256(export_key).hexdigest()[:16],
    }
    return _MANUAL.format(**words).encode()


_LEFT = (
    """
  data/derivative/thinned-…/
                    yang tersisa dari rekaman yang sudah dimusnahkan: bingkai kunci
                    saja, yaitu gambar tunggal sebagaimana direkam, tanpa gerakan di
                    antaranya dan tanpa suara. Bukan rekaman asli; derivation.json di
                    sebelahnya menyebut asli dari tiap berkas""",
    """
  data/derivative/thinned-…/
                    what is left of footage that was purged: keyframes alone, which
                    are single pictures as they were recorded, with no movement
                    between them and no sound. Not original footage; derivation.json
                    beside them names the original of each file""",
)
_IMPORTED = (
    """
  data/import/      berkas impor: berkas dari perekam lain, persis seperti yang dibawa.
                    Dapat berisi waktu atau kamera di luar barang bukti; yang menjadi
                    barang bukti hanyalah bagiannya di data/original/""",
    """
  data/import/      imported files: files of another recorder, exactly as they were
                    brought. They may hold times or cameras outside the exhibits; only
                    what lies in data/original/ is the exhibit""",
)
_README = """\
BACA SAYA  ·  READ ME
{package}
Perkara · case: {case}

INDONESIA
---------
Ini paket bukti rekaman CCTV dari Saksi. Isinya:
  data/original/    rekaman asli, tidak diubah satu bit pun
  data/playable/    salinan yang dapat diputar; gambarnya sama dengan rekaman asli
  data/derivative/  hasil olahan (bila ada), bukan rekaman asli{more_id}
  laporan.html      laporan untuk dibaca; berita-acara.pdf untuk berkas perkara
  meta/             bukti: pernyataan bertanda tangan, log, riwayat penguasaan

Memeriksa dalam dua menit, tanpa internet dan tanpa memasang apa pun:
  1. Salin paket ini. Jangan ubah apa pun di dalamnya.
  2. Buka verifikasi.html di peramban, lalu jatuhkan berkas ZIP ke halamannya.
     Atau, bila ada Python:  python3 verify.py
  3. Minta sidik jari kunci log dari instansi pembuat melalui jalan lain (surat,
     berita acara serah terima kunci, telepon), lalu bandingkan dengan ini:
       {print}
     Salinan di dalam paket tidak membuktikan dirinya sendiri.
     Di Python:  python3 verify.py --trust 'SIDIK JARI DARI SURAT'
  4. Bacalah kedelapan baris hasilnya. "Sesuai" berarti telah diperiksa dan cocok;
     "TIDAK SESUAI" menyebut tempatnya; "tidak dapat diperiksa" bukan berarti salah.
Cara ketiga, dengan perkakas umum saja (sha256sum, openssl): CARA-MANUAL.txt.

Pemalsu paket akan mengganti verifikasi.html dan verify.py juga. Agar yakin, ambil
keduanya dari sumber lain: situs resmi instansi itu, atau paket lama yang Anda percaya.

Yang tidak dibuktikan: apa yang berdiri di depan lensa, dan rekaman dari perekam
yang sejak awal sudah dikuasai orang lain.

ENGLISH
-------
This is an evidence package of CCTV footage from Saksi. In it:
  data/original/    the footage as received, not one bit changed
  data/playable/    copies to play; their frames are those of the originals
  data/derivative/  processed material (if any), not original footage{more_en}
  laporan.html      a report to read; berita-acara.pdf is for the case file
  meta/             the proof: a signed statement, log entries, history of custody

To check it in two minutes, offline, installing nothing:
  1. Copy this package. Change nothing in it.
  2. Open verifikasi.html in a browser and drop the ZIP on the page.
     Or, where there is Python:  python3 verify.py
  3. Ask the office that made it for the fingerprint of its log key by another way
     (letter, handing-over record of the key, telephone), and compare it with this:
       {print}
     The copy in the package proves nothing about itself.
     With Python:  python3 verify.py --trust 'FINGERPRINT FROM THE LETTER'
  4. Read all eight lines. "Holds" means checked and true; "DOES NOT HOLD" names the
     place; "could not be checked" does not mean wrong.
A third way, with common tools alone (sha256sum, openssl): CARA-MANUAL.txt.

Whoever forges a package replaces verifikasi.html and verify.py too. To be sure, take
both from another source: that office's own site, or an earlier package that you trust.

What is not proven: what stood before the lens, and footage from a recorder that
somebody else had taken over from the beginning.
"""

_MANUAL = """\
CARA MANUAL  ·  BY HAND
{package}

Untuk ahli: pemeriksaan dengan sha256sum dan openssl saja. Baris yang diawali "$" adalah
perintah (Linux, macOS, atau WSL); jalankan di dalam folder paket yang sudah dibuka.
For experts: checks with sha256sum and openssl alone. Lines that begin with "$" are
commands (Linux, macOS or WSL); run them in the folder of the unpacked package.
Sekaligus · all at once:  bash -c "$(sed -n 's/^    [$] //p' CARA-MANUAL.txt)"

Setiap pemeriksaan mencetak satu baris "SESUAI · HOLDS: ..."; bila tidak, satu baris
"TIDAK SESUAI · DOES NOT HOLD: ..." untuk setiap nama. Kode keluar 0 hanya bila semua sesuai.
Every check prints one line "SESUAI · HOLDS: ..."; where it fails, one line
"TIDAK SESUAI · DOES NOT HOLD: ..." for each name. Exit status 0 only when all hold.
    $ D=$(mktemp -d); GAGAL=0
    $ ya() {{ echo "SESUAI · HOLDS: $1"; }}
    $ tidak() {{ GAGAL=1; echo "TIDAK SESUAI · DOES NOT HOLD: $1"; }}
    $ periksa() {{ N=$1; shift; if "$@"; then ya "$N"; else tidak "$N"; fi; }}
    $ kosong() {{ if [ -s "$2" ]; then while read -r N; do tidak "$1: $N"; done < "$2"; else ya "$1"; fi; }}

1. Semua berkas utuh menurut daftarnya. Diharapkan dua baris SESUAI; berkas yang berubah disebut "FAILED".
   Every file is as its list has it. Expect two lines HOLDS; a changed file is named with "FAILED".
    $ periksa "1 manifest-sha256.txt" sha256sum --quiet -c manifest-sha256.txt
    $ periksa "1 tagmanifest-sha256.txt" sha256sum --quiet -c tagmanifest-sha256.txt

2. Kunci log. GANTI isi SURAT dengan sidik jari yang Anda terima di luar paket ini; yang tertulis di sini
   berasal dari paket ini sendiri dan tidak membuktikan apa-apa. Diharapkan satu baris SESUAI.
   The log's key. REPLACE what SURAT holds with the fingerprint you got by another way than this package;
   the one written here is the package's own and proves nothing. Expect one line HOLDS.
    $ SURAT='{print}'
{keys}
    $ PRINT=$(openssl pkey -pubin -in "$D/log.pem" -outform DER | tail -c 32 | sha256sum | cut -c 1-64)
    $ periksa "2 kunci log · log key" test "$PRINT" = "$(echo "$SURAT" | tr -d ' ')"

3. Titik periksa ditandatangani kunci log (C2SP signed-note). Diharapkan "Signature Verified Successfully" dan SESUAI.
   The checkpoint is signed by the log's key. Expect "Signature Verified Successfully" and HOLDS.
    $ sed '/^$/,$d' meta/checkpoint > "$D/text"
    $ sed -n 's/^— {pattern} //p' meta/checkpoint | head -n 1 | base64 -d | tail -c 64 > "$D/text.sig"
    $ sah() {{ openssl pkeyutl -verify -pubin -inkey "$D/$1" -rawin -in "$D/$2" -sigfile "$D/$2.sig"; }}
    $ periksa "3 meta/checkpoint" sah log.pem text

4. Pernyataan ditandatangani kunci ekspor {export_id} (DSSE: yang ditandatangani ialah PAE).
   The statement is signed by the export key (DSSE: what is signed is the PAE).
   Diharapkan · expect: "Signature Verified Successfully", SESUAI · HOLDS.
    $ sed 's/.*"payload":"\\([^"]*\\)".*/\\1/' meta/statement.dsse.json | base64 -d > "$D/payload"
    $ sed 's/.*"sig":"\\([^"]*\\)".*/\\1/' meta/statement.dsse.json | base64 -d > "$D/pae.sig"
    $ printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c < "$D/payload")" | cat - "$D/payload" > "$D/pae"
    $ periksa "4 meta/statement.dsse.json" sah export.pem pae

5. Pernyataan menyebut titik periksa ini, dan tepat berkas-berkas ini: setiap berkas yang dinyatakan ada dan
   sama, dan setiap berkas yang ada dinyatakan. Diharapkan tiga baris SESUAI.
   The statement names this checkpoint, and exactly these files: each stated file is there and the same, and
   each file that is there is stated. Expect three lines HOLDS.
    $ ROOT=$(sed -n 3p meta/checkpoint | base64 -d | od -An -v -tx1 | tr -d ' \\n')
    $ periksa "5 meta/checkpoint dalam pernyataan · in the statement" grep -q "\\"root\\":\\"$ROOT\\"" "$D/payload"
    $ grep -o '"sha256":"[0-9a-f]*"}},"name":"[^"]*"' "$D/payload" > "$D/subjects"
    $ sed 's/"sha256":"\\(.*\\)"}},"name":"\\(.*\\)"/\\1  \\2/' "$D/subjects" > "$D/list"
    $ sed 's/.*"meta":{{\\([^}}]*\\)}}.*/\\1/' "$D/payload" | grep -o '"[^"]*":"[0-9a-f]*"' > "$D/tags"
    $ sed 's/"\\(.*\\)":"\\(.*\\)"/\\2  \\1/' "$D/tags" >> "$D/list"
    $ LC_ALL=C sort "$D/list" > "$D/stated"
    $ find . -type f -exec sha256sum {{}} + | sed 's|  [.]/|  |' > "$D/list"
    $ OWN='  meta/statement.dsse.json$\\|  manifest-sha256.txt$\\|  tagmanifest-sha256.txt$'
    $ grep -v "$OWN" "$D/list" | LC_ALL=C sort > "$D/found"
    $ LC_ALL=C comm -23 "$D/stated" "$D/found" | cut -c 67- | tr -d '\\000-\\011\\013-\\037' > "$D/lost"
    $ LC_ALL=C comm -13 "$D/stated" "$D/found" | cut -c 67- | tr -d '\\000-\\011\\013-\\037' > "$D/other"
    $ kosong "5 pernyataan ke berkas · statement to files" "$D/lost"
    $ kosong "5 berkas ke pernyataan · files to statement" "$D/other"

6. Kunci ekspor tercatat di log: entri pendaftarannya ada di meta/entries.jsonl, dan hash daunnya (RFC 6962)
   yang disebut meta/signatures.jsonl. Diharapkan satu baris SESUAI.
   The export key was enrolled in the log: its entry stands in meta/entries.jsonl, and meta/signatures.jsonl
   names its leaf hash (RFC 6962). Expect one line HOLDS.
    $ LINE=$(grep -n '"action":"enrol".*"by":"{export_id}"' meta/entries.jsonl | head -n 1 | cut -d : -f 1 || true)
    $ sed -n "${{LINE:-999999999}}p" meta/entries.jsonl | tr -d '\\n' > "$D/entry"
    $ LEAF=$( (printf '\\000'; cat "$D/entry") | sha256sum | cut -c 1-64)
    $ sed -n "${{LINE:-999999999}}p" meta/signatures.jsonl > "$D/signed"
    $ periksa "6 meta/entries.jsonl, kunci ekspor · export key" grep -q "\\"leaf\\":\\"$LEAF\\"" "$D/signed"

7. Keanggotaan entri di log: perkakas C2SP mana pun yang membaca tlog-proof dan tlog-policy
   (c2sp.org/tlog-proof) menerima meta/proofs/NOMOR.tlog-proof, baris entrinya, dan policy.txt
   Anda. NOMOR adalah "index" pada baris yang sama di meta/signatures.jsonl. Di sini hanya dilihat
   bahwa bukti itu ada untuk nomor itu. Diharapkan satu baris SESUAI.
   That an entry is in the log: any C2SP tool that reads tlog-proof and tlog-policy takes
   meta/proofs/NUMBER.tlog-proof, the entry's line and your policy.txt. NUMBER is the "index" in the
   same line of meta/signatures.jsonl. Here it is only seen that there is such a proof. Expect one line HOLDS.
    $ INDEX=$(sed 's/.*"index":\\([0-9]*\\).*/\\1/' "$D/signed")
    $ periksa "7 meta/proofs/$INDEX.tlog-proof" grep -qx "index $INDEX" "meta/proofs/$INDEX.tlog-proof"

8. Hasil seluruhnya.  ·  The whole result.
    $ rm -r "$D"
    $ if [ "$GAGAL" -eq 0 ]; then ya "1-7 semua · all"; else tidak "1-7 lihat di atas · see above"; fi
    $ test "$GAGAL" -eq 0
"""
