"""Replacing the installation's key: by both keys, sealed anew, by the new one alone."""

from __future__ import annotations

from saksi.catalogue import people, places, second_factors
from saksi.catalogue.cameras import add_camera
from saksi.catalogue.database import Database
from saksi.secrets import Vault, generate_key
from tests.fixtures.commands import in_process


def test_a_key_is_replaced_and_what_nobody_opens_is_named(database: Database, database_url: str) -> None:
    old, new = generate_key(), generate_key()
    before, lost = Vault(old), Vault(generate_key())
    with database.transaction() as connection:
        places.add_agency(connection, code="dishub", name="Dishub", category="transport")
        for number in range(3):
            add_camera(
                connection, code=f"gate-{number}", name="Gerbang", agency="dishub", lat=-1.2, lon=116.8,
                source_sealed=(lost if number == 2 else before).seal(f"rtsp://u:s3cret@h/{number}"),
                source_masked="rtsp://u:***@h",
            )  # fmt: skip
        ani = people.add_person(connection, name="ani", password="kuda-lumping-biru", role="investigator")
        secret = second_factors.ask(connection, before, ani)
        versions = connection.execute("select camera_id, source_version from camera order by 1").fetchall()

    def saksi(*words: str, key: str):
        settings = {"SAKSI_DATABASE_URL": database_url, "SAKSI_SECRET_KEY": key, "SAKSI_LANG": "en"}
        return in_process(*words, settings=settings)

    assert saksi("key", "reseal", key="nonsense").returncode == 1
    done = saksi("key", "reseal", key=f"{new},{old}")
    assert (done.returncode, done.stdout.strip()) == (1, "sealed anew 3, by the present key already 0")
    assert done.stderr.strip() == f"no key given opens camera {versions[2]['camera_id']}"
    again = saksi("key", "reseal", key=f"{new},{old}")
    assert again.stdout.strip() == "sealed anew 0, by the present key already 3"
    after = Vault(new)
    with database.transaction() as connection:
        rows = connection.execute(
            "select source_sealed, source_version from camera order by camera_id"
        ).fetchall()
        asked = connection.execute("select asked_sealed from second_factor").fetchone()
        told = connection.execute("select object from audit where action = 'seal secrets anew'").fetchall()
    assert [after.open(row["source_sealed"]) for row in rows[:2]] == [
        f"rtsp://u:s3cret@h/{n}" for n in (0, 1)
    ]
    assert [row["source_version"] for row in rows] == [row["source_version"] for row in versions], (
        "no camera is connected anew"
    )
    assert asked is not None
    assert after.open(asked["asked_sealed"]) == secret
    assert [(row["object"]["anew"], row["object"]["shut"]) for row in told] == [(3, 1), (0, 1)]


def test_links_of_both_keys_are_good_while_both_are_given() -> None:
    old, new = generate_key(), generate_key()
    both = Vault(f"{new}, {old}")
    assert both.check(b"link", Vault(old).sign(b"link"))
    assert both.check(b"link", Vault(new).sign(b"link"))
    assert both.sign(b"link") == Vault(new).sign(b"link")
    assert not Vault(new).check(b"link", Vault(old).sign(b"link"))
    assert not both.check(b"another", both.sign(b"link"))
