"""BACA-SAYA.txt of an audit export: what it is and how to check it, in both languages."""

from __future__ import annotations

from saksi.custody.package_texts import fingerprint


def read_me(name: str, log_key: bytes) -> bytes:
    """What an auditor who never heard of Saksi reads first. `log_key`: 32 bytes, of who signed the checkpoint."""
    return _README.format(name=name, print=fingerprint(log_key)).encode()


_README = """\
BACA SAYA  ·  READ ME
{name}

INDONESIA
---------
Ini jejak audit dari Saksi: siapa melakukan apa, kapan, dari mana dan untuk apa. Isinya:
  data/audit.csv    tabel untuk dibaca, satu baris satu tindakan
  data/audit.jsonl  baris yang sama beserta bahan pembuktiannya
  meta/             bukti: pernyataan bertanda tangan, entri log, titik periksa
Isinya menyangkut orang: simpan dan bagikan seperlunya saja.

Memeriksa tanpa internet dan tanpa memasang apa pun, bila ada Python:
  1. Minta sidik jari kunci log dari instansi pembuat melalui jalan lain (surat,
     telepon), lalu bandingkan dengan ini:
       {print}
     Salinan di dalam berkas ini tidak membuktikan dirinya sendiri.
  2. python3 verify.py NAMA.zip --trust 'SIDIK JARI DARI SURAT'
  3. Bacalah keempat baris hasilnya: Utuh, Asli, Tercatat, Lengkap.

Yang diperiksa: setiap baris sama dengan yang dicatat dalam hitungan detik setelah
tindakannya; baris berada di bawah entri log yang berurutan tanpa celah; entri itu di
bawah titik periksa yang ditandatangani (dan, bila ada, disaksikan pihak luar). Tanpa
saringan, tidak ada baris yang terlewat. Dengan saringan, yang tidak ditampilkan hanya
dihitung: bahwa saringan tidak melewatkan apa pun tidak dapat dibuktikan.

Pemalsu akan mengganti verify.py juga: ambillah dari sumber lain bila perlu yakin.

ENGLISH
-------
This is an audit trail from Saksi: who did what, when, from where and why. In it:
  data/audit.csv    a table to read, a line for each action
  data/audit.jsonl  the same rows with what proves them
  meta/             the proof: a signed statement, log entries, a checkpoint
It is about people: keep it and share it no further than needed.

To check it offline, installing nothing, where there is Python:
  1. Ask the office that made it for the fingerprint of its log key by another way
     (letter, telephone), and compare it with this:
       {print}
     The copy in this file proves nothing about itself.
  2. python3 verify.py NAME.zip --trust 'FINGERPRINT FROM THE LETTER'
  3. Read all four lines: Intact, Authentic, Logged, Complete.

What is checked: every row is as it was noted within seconds of what it tells of; rows
stand under entries of the log that follow one another without a gap; those stand under
a checkpoint that was signed (and, if there are any, seen by outside witnesses). Without
a filter, no row is left out. With one, what is not shown is only counted: that a filter
let through all it should cannot be shown.

A forger replaces verify.py too: take it from another source to be sure.
"""
