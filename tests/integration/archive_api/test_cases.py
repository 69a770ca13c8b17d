"""Cases over the API: for their people only, with exhibits, bookmarks and a custody that reads in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from saksi import clock, local_time
from tests.integration.archive_api.conftest import SECOND, Desk

NUMBER = "LP/B/123/XI/2026/SPKT"
CASE = "lp-b-123-xi-2026-spkt"
HOUR = 3600 * SECOND


@dataclass(frozen=True, kw_only=True)
class Office:
    """Two agencies' cameras at one corner, an investigator with a case, and everyone else who might look."""

    desk: Desk
    ani: httpx.Client
    others: dict[str, httpx.Client]
    window: dict[str, str]

    def exhibit(self, **body: object) -> httpx.Response:
        """Asks for an exhibit of the case."""
        where = {} if body.keys() & {"cameras", "near", "area"} else {"cameras": ["corner"]}
        return self.ani.post(f"/cases/{CASE}/exhibits", json={**where, **self.window, **body})


@pytest.fixture
def office(desk: Desk) -> Iterator[Office]:
    desk.client.post("/agencies", json={"id": "mall", "name": "Mal", "category": "mall"})
    for code, agency, lat in (
        ("corner", "dishub", -1.2767),
        ("shop", "mall", -1.2775),
        ("bridge", "dishub", -1.24),
    ):
        body = {"id": code, "name": f"Kamera {code}", "agency": agency, "lat": lat, "lon": 116.8372}
        assert desk.client.post("/cameras", json={**body, "source": "rtsp://127.0.0.1/x"}).status_code == 201
    people = {
        "stranger": ("investigator", None),
        "officer": ("records_officer", None),
        "second": ("records_officer", None),
        "mall-officer": ("records_officer", ["mall"]),
        "mall-investigator": ("investigator", ["mall"]),
        "auditor": ("auditor", None),
        "mall-auditor": ("auditor", ["mall"]),
        "operator": ("agency_operator", ["dishub"]),
        "recipient": ("recipient", None),
    }
    others = {name: desk.signed_in(name, role, agencies) for name, (role, agencies) in people.items()}
    ani = desk.signed_in("Ani Wijaya", "investigator")
    from_us = clock.now_us() - 5 * HOUR
    made = ani.post(
        "/cases", json={"number": "LP / B/123/XI/2026/SPKT", "title": "Curanmor", "officers": ["AKP Rudi"]}
    )
    assert made.status_code == 201, made.text
    window = {"from": clock.format_us(from_us), "to": clock.format_us(from_us + HOUR)}
    yield Office(desk=desk, ani=ani, others=others, window=window)
    for client in (ani, *others.values()):
        client.close()


def test_a_case_is_there_for_its_people_and_for_nobody_else(office: Office) -> None:
    expected = {
        "officer": 200, "second": 200, "stranger": 404, "mall-officer": 404, "mall-investigator": 404,
        "auditor": 403, "operator": 403, "recipient": 403,
    }  # fmt: skip
    for name, status in expected.items():
        client = office.others[name]
        for path in (
            f"/cases/{CASE}",
            f"/cases/{CASE}/members",
            f"/cases/{CASE}/exhibits",
            f"/cases/{CASE}/exhibits/1",
        ):
            answer = client.get(path)
            assert answer.status_code == (404 if status == 200 and path.endswith("/1") else status), (
                name,
                path,
            )
            assert answer.status_code != 404 or "Curanmor" not in answer.text
        if status != 403:
            listed = [one["id"] for one in client.get("/cases").json()["items"]]
            assert listed == ([CASE] if status == 200 else [])
    case = office.ani.get(f"/cases/{CASE}").json()
    assert (case["number"], case["state"], case["officers"], case["opened_by"]) == (
        NUMBER, "open", ["AKP Rudi"], "Ani Wijaya",
    )  # fmt: skip
    assert office.others["officer"].get("/cases", params={"q": "b/123"}).json()["items"][0]["id"] == CASE
    assert office.others["officer"].get("/cases", params={"state": "closed"}).json()["items"] == []


def test_what_is_not_there_and_what_is_not_ones_own_read_the_same(office: Office) -> None:
    stranger = office.others["stranger"]
    assert office.exhibit().status_code == 201
    for method, path, body in (
        ("GET", "/cases/{}", None),
        ("PATCH", "/cases/{}", {"title": "X"}),
        ("GET", "/cases/{}/custody", None),
        ("GET", "/cases/{}/members", None),
        ("POST", "/cases/{}/members", {"name": "stranger"}),
        ("DELETE", "/cases/{}/members/stranger", None),
        ("POST", "/cases/{}/exhibits", {"cameras": ["corner"], **office.window}),
        ("GET", "/cases/{}/exhibits", None),
        ("GET", "/bookmarks?case={}", None),
        ("GET", "/holds?case={}", None),
    ):
        answers = [stranger.request(method, path.format(code), json=body) for code in (CASE, "no-such-case")]
        assert [answer.status_code for answer in answers] == [404, 404], (method, path, answers[0].text)
        words = [answer.json()["detail"].replace(CASE, "no-such-case") for answer in answers]
        assert words[0] == words[1], (method, path)


def test_who_tries_a_case_that_is_not_theirs_is_told_to_its_custody_once_an_hour(office: Office) -> None:
    stranger = office.others["stranger"]
    for _ in range(3):
        for path in ("", "/custody", "/exhibits", "/members"):
            assert stranger.get(f"/cases/{CASE}{path}").status_code == 404
        assert stranger.get("/cases/no-such-case").status_code == 404
        assert office.others["mall-auditor"].get(f"/cases/{CASE}/custody").status_code == 404
    told = office.ani.get(f"/cases/{CASE}/custody").json()["items"][1:]
    assert [(one["event"], one["who"]["name"], one["what"], one["result"]) for one in told] == [
        ("access.denied", "stranger", {"asked": "case"}, "denied"),
        ("access.denied", "mall-auditor", {"asked": "custody"}, "denied"),
    ]
    rows = office.desk.archive.execute(
        "select person, object from audit where action = 'case' and result = 'denied'"
    )
    assert [(row["person"], row["object"]) for row in rows] == [
        ("stranger", {"case": CASE, "asked": "case"}), ("mall-auditor", {"case": CASE, "asked": "custody"}),
    ]  # fmt: skip


def test_access_is_given_and_taken_and_both_are_told(office: Office) -> None:
    stranger = office.others["stranger"]
    assert office.ani.get("/me").json()["rank"] == ""
    members = office.ani.post(f"/cases/{CASE}/members", json={"name": "stranger"})
    assert members.status_code == 201
    assert [one["name"] for one in members.json()["items"]] == ["Ani Wijaya", "stranger"]
    assert stranger.get(f"/cases/{CASE}").status_code == 200
    assert (
        stranger.patch(f"/cases/{CASE}", json={"notes": "saksi mata Dewi"}).json()["notes"]
        == "saksi mata Dewi"
    )
    assert office.ani.delete(f"/cases/{CASE}/members/stranger").status_code == 204
    assert stranger.get(f"/cases/{CASE}").status_code == 404
    assert office.ani.delete(f"/cases/{CASE}/members/stranger").status_code == 404
    unfit = office.ani.post(f"/cases/{CASE}/members", json={"name": "operator"})
    assert (unfit.status_code, unfit.json()["code"]) == (422, "member_unfit")
    assert office.ani.post(f"/cases/{CASE}/members", json={"name": "nobody"}).status_code == 404
    events = office.ani.get(f"/cases/{CASE}/custody").json()["items"]
    assert [one["event"] for one in events] == [
        "case.open", "member.add", "case.edit", "member.remove", "access.denied",
    ]  # fmt: skip
    assert events[2]["what"]["notes"] == {"before": "", "after": "saksi mata Dewi"}


RING = [[116, -1.277], [117, -1.277], [117, -1], [116, -1], [116, -1.277]]


def test_an_exhibit_settles_its_cameras_and_holds_them(office: Office) -> None:
    for number, (where, cameras) in enumerate(
        (
            ({"cameras": ["shop", "corner", "shop"]}, ["corner", "shop"]),
            ({"near": "-1.2767,116.8372", "radius_m": 300}, ["corner", "shop"]),
            ({"area": {"type": "Polygon", "coordinates": [RING]}}, ["bridge", "corner"]),
        ),
        start=1,
    ):
        made = office.exhibit(**where, note="gerbang barat").json()
        assert [one["code"] for one in made.pop("warnings")] == ["no_footage"]  # nothing is recorded here
        assert [one["id"] for one in made["cameras"]] == cameras
        assert made["cameras"][0]["lat"] is not None
        assert (made["number"], made["from"], made["note"]) == (
            number,
            office.window["from"],
            "gerbang barat",
        )
        hold = office.ani.get(f"/holds/{made['hold']}").json()
        assert [span["camera"] for span in hold["spans"]] == cameras
        assert {(span["from"], span["to"]) for span in hold["spans"]} == {tuple(office.window.values())}
        assert (hold["state"], hold["case"]["id"]) == ("active", CASE)
    assert office.desk.client.patch("/cameras/corner", json={"lat": -2.0}).status_code == 200
    assert office.ani.get(f"/cases/{CASE}/exhibits/3").json() == made, "where it stands later changes nothing"


NONSENSE = [
    ({"cameras": ["corner"], "near": "-1.2,116.8"}, 422, "cameras", "exhibit_where"),
    ({"near": "-1.2767,116.8372"}, 422, "radius_m", "parameter_missing"),
    ({"near": "0,0", "radius_m": 10}, 422, "cameras", "exhibit_without_cameras"),
    ({"cameras": ["corner", "nobody"]}, 404, "cameras", "camera_unknown"),
    ({"cameras": ["\0"]}, 404, "cameras", "camera_unknown"),
    ({"cameras": []}, 422, "cameras", "input_invalid"),
    ({"area": "atlantis"}, 422, "area", "area_unknown"),
    ({"to": "2020-01-01T00:00:00Z"}, 422, "to", "span_empty"),
    ({"from": "2020-01-01T00:00:00Z"}, 422, "to", "span_long"),
    ({"to": clock.format_us(clock.now_us() + 2 * 3600 * SECOND)}, 422, "to", "span_ahead"),
    ({"from": "yesterday"}, 422, "from", "time_malformed"),
    ({"colour": "red"}, 422, "colour", "input_unknown"),
]


def test_an_exhibit_that_makes_no_sense_leaves_nothing(office: Office) -> None:
    for body, status, field, code in NONSENSE:
        for language in ("en", "id"):
            office.ani.headers["Accept-Language"] = language
            answer = office.exhibit(**body)
            problem = answer.json()
            assert (answer.status_code, problem["field"], problem["code"]) == (status, field, code), (
                answer.text
            )
            assert "{" not in problem["detail"] + problem["remedy"], problem
    for table in ("case_exhibit", "legal_hold"):
        assert office.desk.archive.execute(f"select 1 from {table}") == []


def test_cameras_of_other_agencies_are_not_there(office: Office) -> None:
    """A member who is limited to one agency adds, and is told of, that agency's cameras only."""
    office.ani.post(f"/cases/{CASE}/members", json={"name": "mall-investigator"})
    mall = office.others["mall-investigator"]
    made = office.exhibit(cameras=["corner", "shop"]).json()
    assert (
        mall.post(f"/cases/{CASE}/exhibits", json={"cameras": ["corner"], **office.window}).status_code == 404
    )
    near = {"near": "-1.2767,116.8372", "radius_m": 5000, **office.window}
    assert [one["id"] for one in mall.post(f"/cases/{CASE}/exhibits", json=near).json()["cameras"]] == [
        "shop"
    ]
    assert (
        mall.post("/bookmarks", json={"camera": "corner", "label": "x", **office.window}).status_code == 404
    )
    span = {"camera": "corner", **office.window}
    assert mall.post("/holds", json={"spans": [span], "reason": "x"}).status_code == 404
    assert mall.post(f"/holds/{made['hold']}/extend", json={"review_on": "2099-01-01"}).status_code == 404
    office.ani.post("/bookmarks", json={"camera": "corner", "label": "y", "case": CASE, **office.window})
    case_paths = [f"/cases/{CASE}{path}" for path in ("/exhibits", "/exhibits/1", "/custody")]
    of_case = [f"{path}?case={CASE}" for path in ("/holds", "/bookmarks")]
    for path in (*case_paths, *of_case, f"/holds/{made['hold']}", "/holds", "/bookmarks"):
        answer = mall.get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert "corner" not in answer.text, path
    shown = mall.get(f"/cases/{CASE}/exhibits/1").json()
    assert ([one["id"] for one in shown["cameras"]], shown["cameras_outside"], shown["chosen"]) == (
        ["shop"],
        1,
        None,
    )
    assert "shop" in mall.get(f"/cases/{CASE}/custody").text


def test_custody_reads_in_plain_words_and_names_its_place_in_the_log(office: Office) -> None:
    office.ani.headers["X-Purpose"] = "permintaan penyidik"
    office.exhibit()
    office.ani.post(
        "/bookmarks", json={"camera": "corner", "from": office.window["from"], "label": "motor", "case": CASE}
    )
    for name, status in (
        ("officer", 200),
        ("auditor", 200),
        ("mall-auditor", 404),
        ("operator", 403),
        ("recipient", 403),
    ):
        assert office.others[name].get(f"/cases/{CASE}/custody").status_code == status, name
    auditor = office.others["auditor"]
    items = auditor.get(f"/cases/{CASE}/custody").json()["items"]
    assert [(one["seq"], one["event"]) for one in items] == [
        (1, "case.open"), (2, "hold.place"), (3, "exhibit.add"), (4, "bookmark.add"),
        (5, "access.denied"),
    ]  # fmt: skip
    ends = clock.parse_rfc3339(office.window["from"], "from"), clock.parse_rfc3339(office.window["to"], "to")
    span = f"corner {local_time.span(*ends, 'WITA', 'en')}; reason: permintaan penyidik"
    assert items[2]["text"] == f"Ani Wijaya made exhibit 1 of {span}"
    assert items[4]["text"].startswith("mall-auditor was refused access to the custody of the case")
    told = auditor.get(f"/cases/{CASE}/custody", headers={"Accept-Language": "id"}).json()["items"]
    span = f"corner {local_time.span(*ends, 'WITA', 'id')}; alasan: permintaan penyidik"
    assert told[2]["text"] == f"Ani Wijaya membuat barang bukti 1 dari {span}"
    assert items[2]["who"]["auth"] == "token"
    assert items[2]["who"]["address"] == "127.0.0.1"
    assert items[2]["why"] == {"reason": "permintaan penyidik", "report": NUMBER, "letter": "", "basis": ""}
    leaves = office.desk.archive.execute(
        "select encode(leaf, 'hex') as leaf from ledger_entry where chain like 'case/%%'"
    )
    assert {one["leaf"] for one in items} == {row["leaf"] for row in leaves}
    page = auditor.get(f"/cases/{CASE}/custody", params={"limit": 3}).json()
    rest = auditor.get(f"/cases/{CASE}/custody", params={"limit": 3, "cursor": page["next"]}).json()
    assert [one["seq"] for one in page["items"] + rest["items"]] == [1, 2, 3, 4, 5]
    assert rest["next"] is None


def test_bookmarks_are_ones_own_and_a_cases(office: Office) -> None:
    officer = office.others["officer"]
    at = office.window["from"]
    own = office.ani.post("/bookmarks", json={"camera": "corner", "from": at, "label": "motor"}).json()
    shared = office.ani.post(
        "/bookmarks", json={"camera": "shop", **office.window, "label": "dua", "case": CASE}
    ).json()
    assert (own["to"], own["case"], shared["case"]["number"]) == (None, None, NUMBER)
    assert [one["id"] for one in office.ani.get("/bookmarks").json()["items"]] == [shared["id"], own["id"]]
    assert [
        one["id"] for one in office.ani.get("/bookmarks", params={"camera": "corner"}).json()["items"]
    ] == [own["id"]]
    assert officer.get("/bookmarks").json()["items"] == []
    assert [one["id"] for one in officer.get("/bookmarks", params={"case": CASE}).json()["items"]] == [
        shared["id"]
    ]
    for client in (officer, office.others["stranger"]):
        assert client.get(f"/bookmarks/{own['id']}").status_code == 404
        assert client.patch(f"/bookmarks/{own['id']}", json={"label": "x"}).status_code == 404
        assert client.delete(f"/bookmarks/{own['id']}").status_code == 404
    changed = office.ani.patch(f"/bookmarks/{shared['id']}", json={"label": "tiga", "to": None}).json()
    assert (changed["label"], changed["from"], changed["to"]) == ("tiga", at, None)
    assert office.ani.delete(f"/bookmarks/{shared['id']}").status_code == 204
    assert office.ani.delete(f"/bookmarks/{own['id']}").status_code == 204
    events = [one["event"] for one in officer.get(f"/cases/{CASE}/custody").json()["items"]]
    assert events == ["case.open", "bookmark.add", "bookmark.edit", "bookmark.remove"]
    operator = office.others["operator"]
    assert operator.post("/bookmarks", json={"camera": "corner", "from": at, "label": "x"}).status_code == 201
    in_case = operator.post("/bookmarks", json={"camera": "corner", "from": at, "label": "x", "case": CASE})
    assert (in_case.status_code, in_case.json()["code"]) == (404, "case_unknown")


def test_a_closed_case_is_opened_again_before_anything_else(office: Office) -> None:
    assert office.ani.patch(f"/cases/{CASE}", json={"state": "closed"}).json()["closed"] is not None
    for answer in (
        office.exhibit(),
        office.ani.patch(f"/cases/{CASE}", json={"title": "X"}),
        office.ani.post(f"/cases/{CASE}/members", json={"name": "stranger"}),
        office.ani.post("/bookmarks", json={"camera": "corner", "label": "x", "case": CASE, **office.window}),
        office.ani.post(
            "/holds", json={"spans": [{"camera": "corner", **office.window}], "reason": "x", "case": CASE}
        ),
        office.ani.post(f"/cases/{CASE}/exports", json={"recipient": "Kejaksaan", "reason": "Tahap II"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "case_closed"), answer.text
    assert office.ani.patch(f"/cases/{CASE}", json={"state": "open"}).json()["closed"] is None
    assert office.exhibit().status_code == 201


def test_a_number_is_one_and_only_one_cases(office: Office) -> None:
    for number, status in ((NUMBER, 409), ("lp b 123 xi 2026 spkt", 409), ("---", 422), ("LP\n1; x", 422)):
        answer = office.others["officer"].post("/cases", json={"number": number, "title": "X"})
        assert (answer.status_code, answer.json()["field"]) == (status, "number"), answer.text


def test_pages_of_cases_add_up(office: Office) -> None:
    officer = office.others["officer"]
    for n in range(4):
        assert officer.post("/cases", json={"number": f"LP/{n}", "title": "T"}).status_code == 201
    seen: list[str] = []
    cursor = None
    while True:
        page = officer.get("/cases", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ["lp-3", "lp-2", "lp-1", "lp-0", CASE]


def test_what_cannot_be_audited_is_not_done(office: Office) -> None:
    office.desk.archive.execute(
        "create function no_audit() returns trigger language plpgsql as $$ begin raise 'no'; end $$;"
        " create trigger no_audit before insert on audit for each row execute function no_audit()"
    )
    tables = ("case_file", "case_exhibit", "legal_hold", "custody_event", "ledger_entry", "case_bookmark")
    before = [office.desk.archive.execute(f"select count(*) as n from {table}") for table in tables]
    assert office.exhibit().status_code >= 500
    assert office.ani.post("/cases", json={"number": "LP/9", "title": "T"}).status_code >= 500
    assert (
        office.ani.post("/bookmarks", json={"camera": "corner", "label": "x", **office.window}).status_code
        >= 500
    )
    assert [office.desk.archive.execute(f"select count(*) as n from {table}") for table in tables] == before
