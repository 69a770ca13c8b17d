"""Of several policies the nearest to the camera counts: camera, site, agency, then the default."""

from __future__ import annotations

from saksi import clock
from saksi.catalogue.database import Connection
from saksi.retention import policies, thinning_policies
from tests.integration.catalogue.desks import OFFICE
from tests.integration.retention.archive import Archive, keep_days
from tests.integration.retention.real import officers

DAY = 86_400_000_000
SCOPES = ("default", "agency", "site", "camera")


def subject(connection: Connection, camera: str) -> dict[str, str]:
    """The camera's own code, and those of a site that it gets and of its agency."""
    row = connection.execute(
        """with s as (insert into site (code, agency_id, name) select 'corner', agency_id, 'Corner'
                      from camera where code = %(code)s returning site_id, agency_id),
                c as (update camera set site_id = s.site_id from s where code = %(code)s)
           select a.code from s join agency a using (agency_id)""",
        {"code": camera},
    ).fetchone()
    assert row is not None
    return {"default": "", "agency": row["code"], "site": "corner", "camera": camera}


def test_the_nearest_policy_counts_until_it_has_nothing_to_say(archive: Archive) -> None:
    keep_days(archive.database, 30)
    archive.camera("a")
    with archive.database.transaction() as connection:
        codes = subject(connection, "a")
        kept = []
        for days, (scope, own) in enumerate([*zip(SCOPES, (1, 1, 1, 1), strict=True), ("camera", 0)], 10):
            connection.execute(
                """insert into retention_policy (scope, agency_id, site_id, camera_id, keep_us, basis, effective_at,
                                                 state, proposed_at, decided_at, shortens)
                   select %(scope)s, case when %(scope)s = 'agency' then agency_id end,
                          case when %(scope)s = 'site' then site_id end,
                          case when %(scope)s = 'camera' then camera_id end,
                          %(keep)s, 'uji', %(now)s, 'accepted', %(now)s, %(now)s, false
                   from camera where code = %(camera)s""",
                {
                    "scope": scope,
                    "camera": codes["camera"],
                    "keep": days * DAY if own else None,
                    "now": clock.now(),
                },
            )
            ((_, one),) = policies.of_cameras(connection, clock.now_us()).items()
            kept.append(one.keep_us // DAY)
    assert kept == [10, 11, 12, 13, 12]


def test_a_camera_is_not_thinned_where_the_nearest_policy_says_so(archive: Archive) -> None:
    keep_days(archive.database, 30, minimum=7)
    first, second = officers(archive)
    archive.camera("a")
    ages = []
    with archive.database.transaction() as connection:
        codes = subject(connection, "a")
        for days, scope in enumerate(SCOPES, 10):
            made = thinning_policies.propose(
                connection, OFFICE, scope=scope, subject=codes[scope], mode="keyframes",
                after_us=days * DAY, basis="uji", reason="", by=first,
            )  # fmt: skip
            thinning_policies.accept(connection, OFFICE, made.thinning_id, by=second)
            ages.append(thinning_policies.ages(connection, clock.now_us())["a"] // DAY)
        thinning_policies.propose(
            connection, OFFICE, scope="camera", subject="a", mode=None, after_us=None, basis="uji", reason="", by=first
        )  # fmt: skip
        assert thinning_policies.ages(connection, clock.now_us()) == {}
    assert ages == [10, 11, 12, 13]
