"""All that the OpenAPI document allows, asked at random by every role: the answers are what the document says.

SAKSI_API_EXAMPLES asks each route so many times instead of a few.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import httpx
import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import openapi
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.failures import FailureGroup

from saksi.access import ROLES
from saksi.catalogue import people
from tests.integration.archive_api.conftest import Recorded

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
EXAMPLES = int(os.environ.get("SAKSI_API_EXAMPLES", "3"))


@pytest.mark.parametrize("role", sorted(ROLES))
def test_answers_are_what_the_document_says(recorded: Recorded, role: str) -> None:
    limits = {"agencies": ["mall"]} if role == "agency_operator" else {}
    with recorded.archive.database.transaction() as connection:
        people.add_person(connection, name=f"asks-{role}", password="long enough", role=role, **limits)
        token = people.add_token(connection, name=f"asks-{role}", label="")
    schema = openapi.from_dict(httpx.get(f"{recorded.url}/openapi.json", timeout=30).json())
    headers = {"Authorization": f"Bearer {token}"}
    failures: list[str] = []
    answered: Counter[str] = Counter()
    session = requests.Session()

    def ask(case: Any) -> None:
        if case.operation.label == "DELETE /api/v1/session":
            return  # the rest would be asked by nobody
        response = case.call(base_url=recorded.url, headers=headers, timeout=60, session=session)
        refused = response.status_code in (401, 403) and "json" in response.headers["content-type"][0]
        answered[response.json()["code"] if refused else ""] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as error:
            said = "; ".join(f"{one.title}: {one.message}" for one in error.exceptions)
            failures.append(f"{case.method} {case.formatted_path}: {response.status_code} {said}")

    for result in schema.get_all_operations():
        asked = settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(given(case=result.ok().as_strategy())(ask))
        asked()
    print("\n".join(failures))
    assert failures == []
    assert answered["not_signed_in"] == 0
    assert (answered["not_allowed"] > 0) == (role != "admin")
    assert sum(answered.values()) > 100
