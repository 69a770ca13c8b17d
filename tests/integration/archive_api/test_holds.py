"""Holds over the API: placed by one officer, released by two, and shown where the footage is."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from saksi import clock
from saksi.catalogue import people as accounts
from tests.integration.archive_api.conftest import SECOND, Desk, Recorded, signed_in

HOUR = 3600 * SECOND
FROM = clock.now_us() - 5 * HOUR
SPAN = {"camera": "gate", "from": clock.format_us(FROM), "to": clock.format_us(FROM + HOUR)}
PEOPLE = {
    "ani": ("investigator", None), "eko": ("investigator", None), "budi": ("records_officer", None),
    "citra": ("records_officer", None), "mall": ("records_officer", ["mall"]), "auditor": ("auditor", None),
    "operator": ("agency_operator", ["dishub"]), "recipient": ("recipient", None),
}  # fmt: skip


@pytest.fixture
def people(desk: Desk) -> Iterator[dict[str, httpx.Client]]:
    """Everyone who might ask, and one camera."""
    desk.client.post("/agencies", json={"id": "mall", "name": "Mal", "category": "mall"})
    body = {
        "id": "gate",
        "name": "Gate",
        "agency": "dishub",
        "source": "rtsp://127.0.0.1/x",
        "lat": -1.2,
        "lon": 116.8,
    }
    assert desk.client.post("/cameras", json=body).status_code == 201
    clients = {name: desk.signed_in(name, role, agencies) for name, (role, agencies) in PEOPLE.items()}
    yield clients
    for client in clients.values():
        client.close()


def placed(client: httpx.Client, **body: object) -> dict:
    answer = client.post("/holds", json={"spans": [SPAN], "reason": "permintaan", **body})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_hold_is_seen_by_who_placed_it_and_by_officers(people: dict[str, httpx.Client]) -> None:
    hold = placed(people["ani"], reference="B/45/XI/2026")
    assert (hold["state"], hold["reference"], hold["spans"], hold["placed_by"]) == (
        "active", "B/45/XI/2026", [SPAN], "ani",
    )  # fmt: skip
    assert people["ani"].get(f"/holds/{hold['id']}").json()["store_lock"] == {
        "state": "none", "objects": {"on": 0, "owed": 0, "failed": 0}, "reason": "lock_not_looked",
    }  # fmt: skip
    expected = {
        "ani": 200,
        "eko": 404,
        "budi": 200,
        "mall": 404,
        "auditor": 200,
        "operator": 403,
        "recipient": 403,
    }
    for name, status in expected.items():
        assert people[name].get(f"/holds/{hold['id']}").status_code == status, name
        if status != 403:
            listed = [one["id"] for one in people[name].get("/holds").json()["items"]]
            assert listed == ([hold["id"]] if status == 200 else []), name
    assert (
        people["eko"].post(f"/holds/{hold['id']}/extend", json={"review_on": "2099-01-01"}).status_code == 404
    )
    assert people["auditor"].post("/holds", json={"spans": [SPAN], "reason": "x"}).status_code == 403


def test_release_takes_two_different_officers(desk: Desk, people: dict[str, httpx.Client]) -> None:
    hold = placed(people["ani"])
    path = f"/holds/{hold['id']}/release"
    for name in ("ani", "auditor", "operator"):
        assert people[name].post(path, json={"reason": "x"}).status_code == 403
    assert people["mall"].post(path, json={"reason": "x"}).status_code == 404
    nothing = people["budi"].post(path, json={}).json()
    assert (nothing["field"], nothing["code"]) == ("reason", "hold_release_reason")
    assert "Another officer then approves it" in nothing["remedy"]
    asked = people["budi"].post(path, json={"reason": "perkara selesai"})
    assert (asked.status_code, asked.json()["state"], asked.json()["release_asked"]["by"]) == (
        200,
        "release_asked",
        "budi",
    )
    again = people["budi"].post(path, json={"reason": "x"})
    assert (again.status_code, again.json()["code"]) == (409, "hold_needs_second")
    assert desk.client.get("/holds", params={"state": "release_asked"}).json()["items"][0]["id"] == hold["id"]
    assert people["citra"].delete(path).json()["state"] == "active"
    assert people["citra"].delete(path).status_code == 409
    people["budi"].post(path, json={"reason": "perkara selesai"})
    released = people["citra"].post(path, json={})
    assert (released.json()["state"], released.json()["released_by"]) == ("released", "citra")
    assert people["budi"].post(path, json={"reason": "x"}).status_code == 409
    assert (
        people["ani"].post(f"/holds/{hold['id']}/extend", json={"review_on": "2099-01-01"}).status_code == 409
    )
    actions = desk.archive.execute(
        "select action from audit where action like '%%hold%%' and result = 'ok' order by audit_id"
    )
    assert [row["action"] for row in actions] == [
        "place hold", "ask hold release", "withdraw hold release", "ask hold release", "release hold",
    ]  # fmt: skip


def test_a_hold_grows_and_comes_up_for_review(desk: Desk, people: dict[str, httpx.Client]) -> None:
    hold = placed(people["ani"])
    ahead = {**SPAN, "to": clock.format_us(clock.now_us() + 9 * HOUR)}
    grown = people["ani"].post(f"/holds/{hold['id']}/extend", json={"spans": [ahead]}).json()
    assert grown["spans"] == [SPAN, ahead], "what is still to come can be held"
    assert people["budi"].get("/holds", params={"due": True}).json()["items"] == []
    desk.archive.execute("update legal_hold set review_on = current_date")
    assert [one["id"] for one in people["budi"].get("/holds", params={"due": True}).json()["items"]] == [
        hold["id"]
    ]
    assert people["budi"].get("/holds", params={"camera": "gate"}).json()["items"][0]["id"] == hold["id"]
    assert people["budi"].get("/holds", params={"camera": "nobody"}).status_code == 404


NONSENSE = [
    ({"spans": []}, "spans", "input_invalid"),
    ({"spans": [{**SPAN, "to": SPAN["from"]}]}, "to", "span_empty"),
    ({"spans": [{**SPAN, "from": "2001-01-01T00:00:00Z"}]}, "to", "span_long"),
    ({"spans": [{**SPAN, "camera": "nobody"}]}, "camera", "camera_unknown"),
    ({"reason": " "}, "reason", "name_unusable"),
    ({"review_on": "2001-01-01"}, "review_on", "hold_review_past"),
    ({"review_on": "soon"}, "review_on", "input_invalid"),
    ({"case": "no-such-case"}, "case", "case_unknown"),
]


def test_a_hold_that_makes_no_sense_is_refused(people: dict[str, httpx.Client]) -> None:
    for body, field, code in NONSENSE:
        answer = people["ani"].post("/holds", json={"spans": [SPAN], "reason": "x", **body})
        status = 404 if code.endswith("unknown") else 422
        problem = answer.json()
        assert (answer.status_code, problem["field"], problem["code"]) == (status, field, code), answer.text


@pytest.fixture
def second(recorded: Recorded) -> Iterator[httpx.Client]:
    """A second officer of the archive that all share; what a test has held there is let go at its end."""
    name = f"second-{clock.now_us()}"
    with recorded.archive.database.transaction() as connection:
        accounts.add_person(connection, name=name, password="long enough", role="records_officer")
        token = accounts.add_token(connection, name=name, label="")
    with signed_in(recorded.url, token) as client, signed_in(recorded.url, recorded.token) as admin:
        yield client
        for hold in client.get("/holds", params={"state": "active"}).json()["items"]:
            for officer in (admin, client):
                assert officer.post(f"/holds/{hold['id']}/release", json={"reason": "x"}).status_code == 200


def test_what_is_held_reads_so_in_the_search(
    recorded: Recorded, client: httpx.Client, second: httpx.Client
) -> None:
    # The second before the common window, which no exhibit of another test holds.
    begin, held_from, held_to, end = (
        clock.format_us(recorded.from_us - SECOND + tenths * SECOND // 10) for tenths in (0, 3, 6, 9)
    )

    def coverage(camera: str) -> list[tuple[str, str, str]]:
        params = {"camera": camera, "from": begin, "to": end}
        (item,) = client.get("/footage", params=params).json()["items"]
        return [(one["start"], one["end"], one["state"]) for one in item["coverage"]]

    hold = placed(client, spans=[{"camera": "shop", "from": held_from, "to": held_to}])
    assert coverage("shop") == [
        (begin, held_from, "stored"),
        (held_from, held_to, "held"),
        (held_to, end, "stored"),
    ]
    assert coverage("corner") == [(begin, end, "stored")]
    client.post(f"/holds/{hold['id']}/release", json={"reason": "x"})
    assert second.post(f"/holds/{hold['id']}/release", json={}).json()["state"] == "released"
    assert coverage("shop") == [(begin, end, "stored")]


def test_what_is_shown_for_a_case_is_told_once_an_hour_and_not_for_every_range(
    recorded: Recorded, client: httpx.Client, second: httpx.Client
) -> None:
    number = f"LP/VIEW/{clock.now_us()}"
    case = client.post("/cases", json={"number": number, "title": "T"}).json()["id"]
    for span in ((0, 3), (2, 6)):
        window = {
            "from": clock.format_us(recorded.from_us + span[0] * SECOND),
            "to": clock.format_us(recorded.from_us + span[1] * SECOND),
        }
        made = client.post(f"/cases/{case}/exhibits", json={"cameras": ["corner"], **window})
        assert made.status_code == 201, made.text
    began = len(client.get(f"/cases/{case}/custody").json()["items"])
    named = {"headers": {"X-Case": number, "X-Purpose": "pemeriksaan"}}
    at = clock.format_us(recorded.from_us + SECOND)
    for _ in range(3):
        for part in ("bytes=0-99", "bytes=100-"):
            headers = {**named["headers"], "Range": part}
            assert (
                client.get("/cameras/corner/clip.mp4", params=recorded.window, headers=headers).status_code
                == 206
            )
        assert client.head("/cameras/corner/clip.mp4", params=recorded.window, **named).status_code == 200
        assert client.get("/cameras/corner/segments", params=recorded.window, **named).status_code == 200
        assert (
            client.get("/cameras/corner/index.m3u8", params={**recorded.window, "case": case}).status_code
            == 200
        )
        assert client.get("/cameras/corner/frame.jpg", params={"at": at, "case": case}).status_code == 200
        assert client.get("/cameras/shop/segments", params=recorded.window, **named).status_code == 200
    told = client.get(f"/cases/{case}/custody").json()["items"][began:]
    assert [
        (one["event"], one["what"]["camera"], one["what"]["shown"], one["what"]["exhibits"]) for one in told
    ] == [
        ("view", "corner", "clip", [1, 2]),
        ("view", "corner", "segments", [1, 2]),
        ("play", "corner", "playlist", [1, 2]),
        ("still", "corner", "still", [1]),
        ("view", "shop", "segments", []),
    ]
    assert told[0]["why"]["reason"] == "pemeriksaan"
    recorded.archive.execute("update case_view set at = at - interval '2 hours'")
    client.get("/cameras/corner/segments", params=recorded.window, **named)
    assert len(client.get(f"/cases/{case}/custody").json()["items"]) == began + len(told) + 1


def test_nothing_is_shown_for_a_case_that_is_not_ones_own(recorded: Recorded, client: httpx.Client) -> None:
    for path, params in (
        ("segments", recorded.window), ("index.m3u8", recorded.window), ("clip.mp4", recorded.window),
        ("frame.jpg", {"at": recorded.window["from"]}),
    ):  # fmt: skip
        answer = client.get(f"/cameras/corner/{path}", params={**params, "case": "no-such-case"})
        assert (answer.status_code, answer.json()["code"]) == (404, "case_unknown"), path
