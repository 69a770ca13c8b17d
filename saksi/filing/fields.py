"""Papers of things taken and wrapped, from what an officer fills in: BA penyitaan, BA pembungkusan dan penyegelan.

The fields are kept as the custody event that tells of the print, so that the same paper can be printed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from saksi.catalogue.cases import CaseFile
from saksi.filing.desk import Office, case_ref
from saksi.papers import model, parts


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonGiven(_Given):
    """Somebody named on the paper. `id_kind` is the sort of number: NRP, NIP, NIK."""

    name: str = Field(min_length=1, max_length=200)
    id_kind: str = Field("", max_length=20)
    id_number: str = Field("", max_length=50)
    rank: str = Field("", max_length=100)
    role: str = Field("", max_length=100)
    unit: str = Field("", max_length=200)

    def part(self) -> parts.Person:
        """As the paper takes it."""
        return parts.Person(**self.model_dump())


class LetterGiven(_Given):
    """A letter or order: its number and who signed it."""

    number: str = Field(min_length=1, max_length=200)
    by: str = Field("", max_length=200)

    def part(self) -> parts.Letter:
        """As the paper takes it."""
        return parts.Letter(number=self.number, by=self.by)


class ItemGiven(_Given):
    """A thing: how it is called, what it is, how many, by what it is known again."""

    label: str = Field(min_length=1, max_length=100)
    description: str = Field(min_length=1, max_length=1000)
    quantity: str = Field("1", max_length=50)
    identity: str = Field("", max_length=500)
    condition: str = Field("", max_length=500)
    sha256: str = Field("", pattern="^([0-9a-f]{64})?$")

    def part(self) -> parts.Item:
        """As the paper takes it."""
        return parts.Item(**self.model_dump(include=set(ItemGiven.model_fields)))


class WrappedGiven(ItemGiven):
    """A thing that was wrapped, and the numbers of its seals."""

    wrapping: str = Field("", max_length=500)
    seals: list[str] = Field(default_factory=list, max_length=20)

    def wrapped(self) -> model.SealedItem:
        """As the paper takes it."""
        return model.SealedItem(item=self.part(), wrapping=self.wrapping, seals=tuple(self.seals))


class SeizureGiven(_Given):
    """What a BA penyitaan says."""

    number: str = Field("", max_length=100)
    order: LetterGiven | None = None
    court_leave: LetterGiven | None = None
    investigators: list[PersonGiven] = Field(min_length=1, max_length=20)
    holder: PersonGiven
    taken_at: str = Field(min_length=1, max_length=500)
    items: list[ItemGiven] = Field(min_length=1, max_length=100)
    reason: str = Field("", max_length=2000)
    witnesses: list[PersonGiven] = Field(default_factory=list, max_length=10)
    remarks: str = Field("", max_length=5000)


class SealingGiven(_Given):
    """What a BA pembungkusan dan penyegelan says."""

    number: str = Field("", max_length=100)
    order: LetterGiven | None = None
    officers: list[PersonGiven] = Field(min_length=1, max_length=20)
    items: list[WrappedGiven] = Field(min_length=1, max_length=100)
    witnesses: list[PersonGiven] = Field(default_factory=list, max_length=10)
    remarks: str = Field("", max_length=5000)


GIVEN: Mapping[str, type[SeizureGiven | SealingGiven]] = {"seizure": SeizureGiven, "sealing": SealingGiven}


def filled(
    office: Office, case: CaseFile, kind: str, fields: Mapping[str, Any], *, made_us: int | None = None
) -> model.Seizure | model.Sealing:
    """The paper of these fields, as they were given (see GIVEN)."""
    given = GIVEN[kind].model_validate(fields)
    witnesses = [one.part() for one in given.witnesses]
    # Two witnesses sign a seizure; names that are not known yet are written in by hand.
    places = [parts.Signatory(capacity="witness", person=one) for one in witnesses]
    places += [parts.Signatory(capacity="witness")] * (2 - len(witnesses))
    order = given.order.part() if given.order else None
    issue = office.issue(given.number, made_us=made_us, pro_justitia=True)
    if isinstance(given, SeizureGiven):
        officers = tuple(one.part() for one in given.investigators)
        holder = given.holder.part()
        return model.Seizure(
            issue=issue,
            case=case_ref(case),
            order=order,
            court_leave=given.court_leave.part() if given.court_leave else None,
            investigators=officers,
            holder=holder,
            taken_at=given.taken_at,
            items=tuple(one.part() for one in given.items),
            reason=given.reason,
            remarks=given.remarks,
            ledger=office.ledger(),
            signatories=(
                parts.Signatory(capacity="investigator", person=officers[0]),
                parts.Signatory(capacity="owner", person=holder),
                *places,
            ),
        )
    officers = tuple(one.part() for one in given.officers)
    return model.Sealing(
        issue=issue,
        case=case_ref(case),
        order=order,
        officers=officers,
        items=tuple(one.wrapped() for one in given.items),
        remarks=given.remarks,
        ledger=office.ledger(),
        signatories=(parts.Signatory(capacity="officer", person=officers[0]), *places),
    )
