"""What purges took of a camera's footage, read from the tombstones that they left under its seals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from saksi import clock
from saksi.catalogue.database import Connection, query
from saksi.catalogue.timeline import JITTER_US, Pair, subtract, unite
from saksi.messages import Phrase, register_phrase

register_phrase(
    "purged_by_policy", en="retention policy {policy} asked for it", id_="diminta kebijakan retensi {policy}"
)
register_phrase(
    "purged_by_hand",
    en="an officer asked for it and a second one approved",
    id_="diminta seorang petugas dan disetujui petugas kedua",
)
register_phrase(
    "purged_thinned", en="only keyframes of it were to be kept", id_="hanya bingkai kuncinya yang disimpan"
)


@dataclass(frozen=True, kw_only=True)
class Purged:
    """Footage of one run that a purge took, [from_us, to_us). `kind` is policy, pressure, manual or thinned.

    `policy_id` is None where no policy asked for it; from `claimed_us` on it was nobody's to read or to hold.
    """

    camera_id: int
    run_no: int
    from_us: int
    to_us: int
    purge_id: int
    policy_id: int | None
    kind: str
    claimed_us: int

    def why(self) -> Phrase:
        """Who wanted it gone, in words."""
        if self.kind == "thinned":
            return Phrase("purged_thinned")
        if self.policy_id is None:
            return Phrase("purged_by_hand")
        return Phrase("purged_by_policy", {"policy": self.policy_id})


def over(connection: Connection, camera_ids: Sequence[int], from_us: int, to_us: int) -> list[Purged]:
    """What was purged that touches [from_us, to_us), whole spans, in order of time; reads tombstones by their hours.

    Another run may have the same time still.
    """
    values = {"cameras": list(camera_ids), "from": clock.from_us(from_us), "to": clock.from_us(to_us)}
    return [
        Purged(
            camera_id=row["camera_id"],
            run_no=row["run_no"],
            from_us=clock.to_us(row["start_at"]),
            to_us=clock.to_us(row["end_at"]),
            purge_id=row["purge_id"],
            policy_id=row["policy_id"],
            kind=row["kind"],
            claimed_us=clock.to_us(row["claimed_at"]),
        )
        for row in connection.execute(query("footage.purged"), values)
    ]


def thinned_of(
    connection: Connection, camera_ids: Sequence[int], from_us: int, to_us: int, gone: Iterable[Purged]
) -> dict[int, list[Pair]]:
    """Where keyframes are left of what was purged, by camera: what thinning took less what ended since."""
    taken: dict[int, list[Pair]] = defaultdict(list)
    for one in gone:
        if one.kind == "thinned":
            taken[one.camera_id].append((one.from_us, one.to_us))
    if not taken:
        return taken
    window = {"cameras": list(camera_ids), "from": clock.from_us(from_us), "to": clock.from_us(to_us)}
    ended: dict[int, list[Pair]] = defaultdict(list)
    for row in connection.execute(query("footage.thinned_gone"), window):
        ended[row["camera_id"]].append((clock.to_us(row["start_at"]), clock.to_us(row["end_at"])))
    return {
        camera_id: subtract(unite(pairs, JITTER_US), unite(ended[camera_id], JITTER_US))
        for camera_id, pairs in taken.items()
    }
