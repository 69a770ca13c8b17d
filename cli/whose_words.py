"""What `saksi whose` says of an evidence package."""

from __future__ import annotations

from collections.abc import Iterator

from cli.language import language, say
from saksi import local_time
from saksi.catalogue.disclosures import Disclosure
from saksi.export.whose_package import Compared, Issued


def package_lines(issued: Issued | None, compared: Compared | None, zone: str) -> Iterator[str]:
    """Line by line: which package, of which case, for whom; to whom it went; whether these are its bytes."""
    if issued is None:
        yield say(
            "This archive issued no such package.", "Arsip ini tidak pernah menerbitkan paket seperti ini."
        )
    else:
        yield from _issued(issued, zone)
    if compared is None:
        yield say(
            "These are the very bytes that were issued.", "Bitanya sama persis dengan yang diterbitkan."
        )
    else:
        yield from _compared(issued, compared)


def _issued(one: Issued, zone: str) -> Iterator[str]:
    sealed = local_time.moment(one.sealed_us, zone, language())
    yield say(f"Package {one.package}, made {sealed}", f"Paket {one.package}, dibuat {sealed}")
    exhibits = ", ".join(map(str, one.exhibits))
    yield say(f"Case {one.number}, exhibit {exhibits}", f"Kasus {one.number}, barang bukti {exhibits}")
    letter = f" ({one.letter})" if one.letter else ""
    yield say(
        f"Requested by {one.requested_by} for {one.recipient}{letter}: {one.reason}",
        f"Diminta {one.requested_by} untuk {one.recipient}{letter}: {one.reason}",
    )
    for link in one.links:
        yield _link(link, zone)


def _link(link: Disclosure, zone: str) -> str:
    made = local_time.moment(link.made_us, zone, language())
    if link.delivered_us is None:
        return say(
            f"Link for {link.recipient}, made {made}: not downloaded whole",
            f"Tautan untuk {link.recipient}, dibuat {made}: belum diunduh utuh",
        )
    delivered = local_time.moment(link.delivered_us, zone, language())
    return say(
        f"Delivered to {link.recipient} by link, {delivered}",
        f"Terkirim kepada {link.recipient} lewat tautan, {delivered}",
    )


def _compared(issued: Issued | None, told: Compared) -> Iterator[str]:
    """What the files under data/ are; of what else lies in a package the verifier speaks."""
    if issued is not None:
        yield say(
            "The file as a whole is not the one that was issued: unpacked, packed anew or changed. Of what is under"
            f" data/ {told.same} of {issued.files} files are as issued.",
            "Berkas ini secara utuh bukan yang diterbitkan: dibuka, dikemas ulang, atau diubah. Dari isi data/"
            f" {told.same} dari {issued.files} berkas sama seperti yang diterbitkan.",
        )
    words = {
        "elsewhere": say("of another package of ours", "dari paket lain milik arsip ini"),
        "differ": say("CHANGED", "BERUBAH"),
        "unknown": say("not known as ours", "tidak dikenal sebagai milik arsip ini"),
    }
    for kind, said in words.items():
        yield from (f"{said}: {_plain(path)}" for path in told.named[kind])
        left = getattr(told, kind) - len(told.named[kind])
        if left > 0:
            yield say(f"{said}: {left} more", f"{said}: {left} lagi")
    yield say("Check the rest with `saksi verify`.", "Periksa selebihnya dengan `saksi verify`.")


def _plain(path: str) -> str:
    """Names in a package are whatever their author liked."""
    return "".join(one if one.isprintable() else "?" for one in path)
