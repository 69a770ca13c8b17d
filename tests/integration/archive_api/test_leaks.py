"""Nobody learns from an answer that something exists which is not theirs to know of.

Every route of the OpenAPI document that names something is asked twice by an administrator of one agency: for another
agency's, and for what is not there. Both must read the same: the status, the code and the words but for the name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from saksi import clock
from tests.integration.archive_api.conftest import SECOND, Desk

HOUR = 3600 * SECOND
NOW_US = clock.now_us()
# What required fields and parameters are given, by name; what names something comes from `Named`.
FILLED: dict[str, object] = {
    "at": clock.format_us(NOW_US - HOUR),
    "from": clock.format_us(NOW_US - 2 * HOUR),
    "to": clock.format_us(NOW_US - HOUR),
    "expires": clock.format_us(NOW_US + HOUR),
    "review_on": "2099-01-01",
    "contact_email": "",
    "label": "x",
    "title": "x",
    "basis": "x",
    "reason": "x",
    "recipient": "x",
    "source": "rtsp://192.0.2.1/x",
    "name": "admin",
    "person": "admin",
    "keep_days": 30,
    "exhibit": 1,
    "month": "2026-11",
    "receipt": 1,
    "accuracy_m": 30.0,
    "entry": 1,
    "date": "2026-11-01",
}
# In the path below a case, a camera, …: the same for both.
CONSTANT = {"number": "1", "grant": "1", "contact": "1", "kind": "seizure", "name": "admin"}
# Public by design, of the caller alone, or not about anything of an agency.
APART = {"ticket", "key", "path", "token", "session"}


@dataclass(frozen=True)
class Named:
    """Something of another agency, and a name of the same kind that nothing has."""

    foreign: dict[str, str]
    absent: dict[str, str]


ABSENT_UUID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def named(desk: Desk) -> Named:
    """A transport agency's camera with a case, exhibit, hold, mark, package, link and deletion."""
    made: dict[str, str] = {"camera": "gate", "agency": "dishub", "site": "terminal", "area": "none"}
    client = desk.client

    def post(path: str, body: dict[str, object], status: int = 201) -> dict[str, Any]:
        answer = client.post(path, json=body)
        assert answer.status_code == status, (path, answer.text)
        found: dict[str, Any] = answer.json()
        return found

    span = {"from": FILLED["from"], "to": FILLED["to"]}
    post("/agencies", {"id": "mall", "name": "Mal", "category": "mall"})
    post("/sites", {"id": "terminal", "name": "Terminal", "agency": "dishub"})
    body = {"name": "Gerbang", "agency": "dishub", "site": "terminal", "lat": -1.2, "lon": 116.8}
    post("/cameras", {"id": "gate", **body, "source": "rtsp://127.0.0.1/x"})
    made["case"] = post("/cases", {"number": "LP/1/2026", "title": "x"})["id"]
    exhibit = post(f"/cases/{made['case']}/exhibits", {"cameras": ["gate"], **span})
    made["hold"] = str(exhibit["hold"])
    made["bookmark"] = str(post("/bookmarks", {"camera": "gate", "label": "x", **span})["id"])
    asked = {"exhibits": [1], "recipient": "Jaksa", "reason": "x"}
    made["export"] = post(f"/cases/{made['case']}/exports", asked, 202)["id"]
    absent = {"hold": "99999", "bookmark": "99999", "export": ABSENT_UUID}
    return Named(foreign=made, absent={name: absent.get(name, f"no-{made[name]}") for name in made})


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def filled(
    document: dict[str, Any], operation: dict[str, Any], names: dict[str, str]
) -> dict[str, Any] | None:
    """A body with every required field, and every one that names something; None for a route without a body."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return None
    return _object(document, content["schema"], names)


def _object(document: dict[str, Any], schema: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    schema = _resolved(document, schema)
    required = set(schema.get("required", ()))
    body: dict[str, Any] = {}
    for name, one in schema.get("properties", {}).items():
        if name in names:
            body[name] = names[name]
        elif name == "cameras" and "array" in json.dumps(one):
            body[name] = [names["camera"]]
        elif name == "spans" or (name in required and "$ref" in one.get("items", {})):
            body[name] = [_object(document, one["items"], names)]
        elif name in required and "$ref" in one:
            body[name] = _object(document, one, names)
        elif name in required and name in FILLED:
            body[name] = FILLED[name]
        elif name in required and "enum" in one:
            body[name] = one["enum"][0]
        elif name in required:
            body[name] = 0.5 if one.get("type") == "number" else 1 if one.get("type") == "integer" else "x"
    return body


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found: dict[str, Any] = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return found
    return schema


def told(answer: httpx.Response, names: dict[str, str]) -> tuple[object, ...]:
    """What an answer says, without the names it was asked for."""
    if "json" not in answer.headers.get("content-type", ""):
        return (answer.status_code, answer.headers.get("content-type"))
    problem = answer.json()
    text = f"{problem.get('detail')} {problem.get('remedy')}" if isinstance(problem, dict) else ""
    for name in sorted(names.values(), key=len, reverse=True):
        text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "…", text)
    return (answer.status_code, problem.get("code"), problem.get("field"), re.sub(r"\s+", " ", text))


def test_what_is_anothers_reads_as_what_is_not_there(desk: Desk, named: Named) -> None:
    document = httpx.get(f"{desk.url}/openapi.json", timeout=30).json()
    asked, differ, unclear, refused = 0, [], [], []
    with desk.signed_in("mall-admin", "admin", agencies=["mall"]) as stranger:
        for method, path, operation in operations(document):
            in_path = set(re.findall(r"{(\w+)}", path)) - CONSTANT.keys()
            if in_path & APART or not in_path <= named.foreign.keys():
                unclear += [path] if in_path - APART - named.foreign.keys() else []
                continue
            parameters = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
            required = [one["name"] for one in operation.get("parameters", ()) if one.get("required")]
            naming = set(parameters) & named.foreign.keys()
            body = filled(document, operation, named.foreign)
            if not in_path and not naming and body == filled(document, operation, named.absent):
                continue
            said = []
            for names in (named.foreign, named.absent):
                wanted = [one for one in parameters if one in required or one in ("from", "to")]
                query = {name: FILLED[name] for name in wanted if name not in naming}
                query |= {name: names[name] for name in naming}
                if {"near", "radius_m"} <= set(parameters):
                    query.pop("area", None)
                answer = stranger.request(
                    method,
                    path.removeprefix("/api/v1").format(**CONSTANT, **names),
                    params=query,
                    json=filled(document, operation, names),
                )
                said.append(told(answer, names))
                assert answer.status_code < 500, (method, path, answer.text)
            asked += 1
            if said[0][0] == 422:
                refused.append((method, path, *said[0]))
            if said[0] != said[1]:
                differ.append((method, path, *said))
    # A body or query that this test fills wrongly would read the same twice.
    assert [one for one in refused if str(one[3]).startswith(("input_", "parameter_"))] == []
    assert differ == []
    assert asked > 60
    # Routes that name what this test makes none of; each has a test of its own of the same.
    assert {path.removeprefix("/api/v1") for path in unclear} <= {
        "/disclosures/{disclosure}/revoke",
        "/tickets/{ticket}",
        "/tickets/{ticket}/notes",
        "/tickets/{ticket}/acknowledge",
        "/tickets/{ticket}/set-aside",
        "/incidents/{incident}",  # of no agency: whoever reads incidents reads all
        "/retention/runs/{purge}",
        "/retention/runs/{purge}/certificate",
        "/retention/runs/{purge}/certificate.pdf",
        "/retention/deletions/{purge}/approve",
        "/retention/deletions/{purge}/undo",
        "/retention/policies/{policy}",
        "/retention/policies/{policy}/accept",
        "/retention/policies/{policy}/withdraw",
        "/retention/thinning/{thinning}/accept",
        "/retention/thinning/{thinning}/withdraw",
    }
