"""What a camera may be given: an address to be read from, and a place on earth."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from saksi.errors import BadInput
from saksi.messages import register
from saksi.secrets import mask_url

# An @ after the first of / ? #: most likely these stand in a password, and what follows them would be shown.
_BEYOND_HOST = re.compile(r"^[a-z]+://[^/?#]*[/?#].*@", re.IGNORECASE | re.DOTALL)
SCHEMES = ("rtsp", "rtsps", "http", "https", "rtmp")

register(
    "source_malformed",
    en=("{field} is not a camera address: {given}.", "Use one of {known}, such as rtsp://host/path."),
    id_=("{field} bukan alamat kamera: {given}.", "Gunakan salah satu dari {known}, mis. rtsp://host/path."),
)
register(
    "source_unencoded",
    en=(
        "{field} has an @ after the host.",
        "Percent-encode / ? # and @ in the user name and the password as %2F %3F %23 %40, and an @ in the path as %40.",
    ),
    id_=(
        "{field} memiliki @ sesudah host.",
        "Tulis / ? # dan @ dalam nama pengguna dan kata sandi sebagai %2F %3F %23 %40, dan @ dalam path sebagai %40.",
    ),
)
register(
    "degrees_impossible",
    en=("{field} is impossible: {given}.", "Give degrees within {range}."),
    id_=("{field} tidak mungkin: {given}.", "Beri derajat dalam {range}."),
)


def checked_source(source: str) -> str:
    """`source` itself. Raises BadInput when it is not a camera's address; a password in it is never repeated."""
    if _BEYOND_HOST.search(source):
        raise BadInput("source_unencoded", field="source")
    try:
        parts = urlsplit(source)
        good = parts.scheme in SCHEMES and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    given = mask_url(source)[:100]
    if not good or not source.isprintable() or " " in source:
        raise BadInput("source_malformed", field="source", given=given, known=", ".join(SCHEMES))
    return source


def check_place(lat: float, lon: float, heading_deg: float | None, fov_deg: float | None) -> None:
    """Raises BadInput naming the angle that no camera can have, degrees."""
    for field, value, good, range_ in (
        ("lat", lat, -90 <= lat <= 90, "-90 … 90"),
        ("lon", lon, -180 <= lon <= 180, "-180 … 180"),
        ("heading_deg", heading_deg, heading_deg is None or 0 <= heading_deg < 360, "0 … 359.9"),
        ("fov_deg", fov_deg, fov_deg is None or 0 < fov_deg <= 360, "1 … 360"),
    ):
        if not good:
            raise BadInput("degrees_impossible", field=field, given=value, range=range_)
