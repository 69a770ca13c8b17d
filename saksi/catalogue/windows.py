"""Spans of time as people give them."""

from __future__ import annotations

from saksi import clock
from saksi.errors import BadInput
from saksi.messages import register

register(
    "span_empty",
    en=("The span ends ({to}) no later than it begins ({start}).", "Give a to that is later than from."),
    id_=("Rentang berakhir ({to}) tidak sesudah awalnya ({start}).", "Beri to yang lebih lambat dari from."),
)
register(
    "span_long",
    en=("The span is longer than {most} days.", "Split it."),
    id_=("Rentang lebih panjang dari {most} hari.", "Bagi menjadi beberapa."),
)

_DAY_US = 86_400_000_000


def check_span(from_us: int, to_us: int, most_days: int) -> None:
    """Raises BadInput for a span that is empty, runs backwards or is longer than so many days."""
    if from_us >= to_us:
        raise BadInput("span_empty", field="to", start=clock.format_us(from_us), to=clock.format_us(to_us))
    if to_us - from_us > most_days * _DAY_US:
        raise BadInput("span_long", field="to", most=most_days)
