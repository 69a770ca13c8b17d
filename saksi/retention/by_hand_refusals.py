"""Why a deletion by hand is refused: the words, and what of a preview makes one impossible."""

from __future__ import annotations

from saksi import clock
from saksi.amounts import counted
from saksi.catalogue.places import checked_name
from saksi.errors import BadInput, Conflict
from saksi.messages import Phrase, register, register_phrase
from saksi.retention.by_hand_preview import Preview

register(
    "deletion_cameras",
    en=("A deletion names 1 to {most} cameras, not {given}.", "Ask for several."),
    id_=("Satu penghapusan menyebut 1 sampai {most} kamera, bukan {given}.", "Minta beberapa."),
)
register(
    "deletion_future",
    en=("The span ends at {to}, which is still to come.", "Give a to that has passed."),
    id_=("Rentang berakhir {to}, yang belum lewat.", "Beri to yang sudah lewat."),
)
register(
    "deletion_nothing",
    en=(
        "Nothing of these cameras in that span is there to be deleted.",
        "Look with GET /api/v1/footage; what is recorded now is sealed within the hour.",
    ),
    id_=(
        "Tidak ada rekaman kamera itu pada rentang itu yang dapat dihapus.",
        "Lihat dengan GET /api/v1/footage; yang baru direkam disegel dalam satu jam.",
    ),
)
register(
    "deletion_held",
    en=(
        "All of it is held as evidence, by hold {holds}.",
        "Two officers can release a hold; then ask again.",
    ),
    id_=(
        "Semuanya ditahan sebagai bukti, oleh penahanan {holds}.",
        "Dua petugas dapat melepas penahanan; lalu minta lagi.",
    ),
)
register(
    "deletion_unsealed",
    en=(
        "Nothing of it can go yet: what is there of {cameras} is not sealed yet{held}.",
        "An hour of footage is sealed within an hour after it ended: ask again after {at}.",
    ),
    id_=(
        "Belum ada yang dapat dihapus: rekaman {cameras} pada rentang itu belum disegel{held}.",
        "Satu jam rekaman disegel dalam satu jam setelah berakhir: minta lagi setelah {at}.",
    ),
)
register(
    "deletion_never_sealed",
    en=(
        "Nothing of it can go: what is there of {cameras} is not sealed, though it should have been by {at}{held}.",
        "See whether its recorder and the workers run and reach the store; then ask again.",
    ),
    id_=(
        "Tidak ada yang dapat dihapus: rekaman {cameras} pada rentang itu belum disegel, padahal seharusnya paling"
        " lambat {at}{held}.",
        "Periksa apakah perekam dan worker berjalan dan mencapai penyimpanan; lalu minta lagi.",
    ),
)
register_phrase("deletion_and_held", en="; held as evidence: {hours}", id_="; ditahan sebagai bukti: {hours}")
register(
    "deletion_undo_reason",
    en=("Taking deletion {purge} back needs a {field}.", "Say why: --reason, or {field} in the request."),
    id_=("Membatalkan penghapusan {purge} memerlukan alasan ({field}).", "Sebutkan: --reason, atau {field}."),
)
register(
    "deletion_order",
    en=(
        "It reaches below the legal minimum of the class, by {hours}, and {field} is empty.",
        "Give the court order or article that allows it in {field} (--order), or a shorter span.",
    ),
    id_=(
        "Ini menjangkau di bawah masa simpan minimum kelasnya, sebanyak {hours}, dan {field} kosong.",
        "Isi penetapan pengadilan atau pasal yang membolehkannya pada {field} (--order), atau persempit rentang.",
    ),
)
register(
    "deletion_second",
    en=("You asked for deletion {purge} yourself.", "Another officer must approve it."),
    id_=("Anda sendiri yang meminta penghapusan {purge}.", "Petugas lain harus menyetujuinya."),
)
register(
    "deletion_approved",
    en=("Deletion {purge} was approved already; it is due at {due}.", "Until then it can be taken back."),
    id_=("Penghapusan {purge} sudah disetujui; jatuh tempo {due}.", "Sampai saat itu dapat dibatalkan."),
)
register(
    "deletion_unknown",
    en=(
        "There is no deletion by hand {purge}.",
        "List purges: saksi purge --list; a hold saves what one by policy takes.",
    ),
    id_=(
        "Tidak ada penghapusan manual {purge}.",
        "Lihat: saksi purge --list; penahanan menjaga dari pemusnahan kebijakan.",
    ),
)
register(
    "deletion_cancelled",
    en=("Deletion {purge} was taken back already.", "Ask for a new one if it is wanted after all."),
    id_=("Penghapusan {purge} sudah dibatalkan.", "Minta yang baru bila tetap diperlukan."),
)
register(
    "deletion_begun",
    en=(
        "Deletion {purge} cannot be taken back any more: it is {state}, gone so far: {hours}"
        " ({bytes} bytes).",
        "What is left of its span can still be held: place a hold.",
    ),
    id_=(
        "Penghapusan {purge} tidak dapat dibatalkan lagi: statusnya {state}, sudah tidak ada: {hours}"
        " ({bytes} bita).",
        "Sisa rentangnya masih dapat ditahan: buat penahanan.",
    ),
)


def check(found: Preview, order: str) -> None:
    """Raises Conflict or BadInput for what cannot be asked for: nothing of it would go, or not without an order."""
    if not found.total("hours") and not found.total("thinned_chunks"):
        if found.unsealed:
            raise _unsealed(found)
        if found.held:
            raise Conflict("deletion_held", field="cameras", holds=", ".join(map(str, found.holds)))
        raise Conflict("deletion_nothing", field="cameras")
    if found.too_young and not order.strip():
        hours = found.total("young_hours") + len(found.unsealed)
        raise BadInput("deletion_order", field="order", hours=counted(hours, "camera_hour"))
    if order:
        checked_name(order, "order")


def _unsealed(found: Preview) -> Conflict:
    hours = found.total("held_hours")
    amount = Phrase("deletion_and_held", {"hours": counted(hours, "camera_hour")}) if hours else ""
    code = "deletion_unsealed" if clock.now_us() < found.sealed_by_us else "deletion_never_sealed"
    at = clock.format_us(found.sealed_by_us)
    return Conflict(code, field="to", cameras=", ".join(found.unsealed), at=at, held=amount)
