"""What answers are made of."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, NotRequired, TypeVar

from pydantic import Field
from typing_extensions import TypedDict

Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]  # RFC 3339, UTC
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Address = Annotated[str, Field(description="Signed, of one object, good for minutes.")]
Told = dict[str, Any]  # what differs by kind: see the guides
Item = TypeVar("Item")

# `from` and `class` are words of the language, so some shapes are made by call.
Span = TypedDict("Span", {"from": Instant, "to": Instant})
CameraSpan = TypedDict("CameraSpan", {"camera": str, "from": Instant, "to": Instant})


class Page(TypedDict, Generic[Item]):
    """A page of a list; `next` is the `cursor` of the following one, null on the last."""

    items: list[Item]
    next: str | None


class All(TypedDict, Generic[Item]):
    """A list that comes whole."""

    items: list[Item]


class Named(TypedDict):
    """An id and its name."""

    id: str
    name: str


class CaseRef(TypedDict):
    """A case as other things name it."""

    id: str
    number: str


class Warned(TypedDict):
    """Something to know, which keeps nothing from being done."""

    code: str
    text: str


class Wrong(TypedDict):
    """What is wrong and what to do."""

    code: str
    field: NotRequired[str | None]
    what: str
    remedy: str


class Rate(TypedDict):
    """A rate with its 95 % interval (exact, Poisson)."""

    rate: float
    low: float
    high: float


class Feature(TypedDict):
    """A GeoJSON feature (RFC 7946)."""

    type: Literal["Feature"]
    geometry: Told
    properties: Told


class Status(TypedDict):
    """That something is there."""

    status: str


class Ready(TypedDict):
    """Whether the API can serve, by what it needs."""

    status: str
    checks: dict[str, str]
