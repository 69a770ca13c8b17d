"""The provider of OpenID Connect: whether its settings are whole, and whether it answers what can be used."""

from __future__ import annotations

from collections.abc import Iterator

from saksi.doctor.finding import Finding, finding
from saksi.identity.flow import RelyingParty, complaints
from saksi.settings import Settings


def check_provider(settings: Settings) -> Iterator[Finding]:
    """Nothing where none is set. The API does not start with settings that are half given."""
    wrong = complaints(settings)
    for problem in wrong:
        yield Finding.of("provider", problem)
    party = None if wrong else RelyingParty.from_settings(settings)
    if party is None:
        return
    # What fails in either is an error of ours, in its own words.
    metadata = party.provider.metadata()
    count = len(list(party.provider.keys()))
    if not metadata.algorithms:
        yield finding("provider", "bad", "provider_algorithms", issuer=metadata.issuer)
        return
    yield finding("provider", "ok", "provider_answers", issuer=metadata.issuer, keys=count)
