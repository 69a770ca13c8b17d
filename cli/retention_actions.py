"""What `saksi retention` does."""

from __future__ import annotations

import argparse
import json
from typing import Any

from cli.language import language, say
from cli.officer import officer
from cli.opened import opened_database, resolved
from cli.words import gap_word, head, word
from saksi import amounts, clock
from saksi.access import Permission
from saksi.catalogue import audit, places
from saksi.errors import BadInput
from saksi.messages import register
from saksi.retention import achieved as achieved_retention
from saksi.retention import achieved_csv, quotas, upcoming, upcoming_text, watch
from saksi.retention.findings import findings
from saksi.retention.forecast import Figures
from saksi.retention.growth import DAY_US

register(
    "quota_what",
    en=("Nothing is said of the quota.", "Give --bytes, --days or both; or --end alone to end it."),
    id_=("Kuota tidak disebutkan.", "Beri --bytes, --days, atau keduanya; atau --end saja untuk mengakhiri."),
)


def forecast(args: argparse.Namespace) -> int:
    """When the store is full, a line an agency, and what to do."""
    settings = resolved(args.data, store=True)
    with opened_database(args.data) as database, database.transaction() as connection:
        seen = watch.look(connection, settings, clock.now_us())
    told, room = seen.forecast, seen.room
    found = findings(seen, settings)
    if args.json:
        print(json.dumps(_as_json(seen, [one.explain(language()) for one in found]), indent=2))
        return 0
    print(_sentence(seen))
    percent = "?" if room.percent is None else f"{room.percent:.1f} %"
    print(
        say(
            f"{room.kind} store, {percent} full: {_size(room.used)} used of {_size(room.capacity)}, "
            f"footage {_size(room.footage)}; how sure: {told.sure}",
            f"penyimpanan {word(room.kind)}, terisi {percent}: {_size(room.used)} dari {_size(room.capacity)}, "
            f"rekaman {_size(room.footage)}; kepastian: {word(told.sure)}",
        )
    )
    print(
        say(
            "agency\tcameras\tnow\tin/day\tout/day\tsettles\theld\tunder minimum\tquota full",
            "instansi\tkamera\tkini\tmasuk/hari\tkeluar/hari\tmantap\tditahan\tdi bawah minimum\tkuota penuh",
        )
    )
    for code, one in (*told.agencies.items(), ("*", told.total)):
        print(_line(code, one))
    if told.total.cameras_thinned or told.total.thinned:
        print(_thinning(told.total))
    for finding in found:
        what, remedy = finding.explain(language())
        print(f"! {what}\n  {remedy}")
    if any(one.kind == "admission" for one in seen.alarms):
        _advise(seen)
    return 0


def achieved(args: argparse.Namespace) -> int:
    """One line a camera: id, agency, state, promised, have and continuous days, share there, gaps; or CSV."""
    now_us = clock.now_us()
    with opened_database(args.data) as database, database.transaction() as connection:
        if args.agency is not None and not places.agency_exists(connection, args.agency):
            raise BadInput("agency_unknown", field="--agency", given=args.agency[:80])
        found = achieved_retention.report(connection, now_us, agency=args.agency)
    if args.csv:
        print(achieved_csv.text(found, now_us), end="")
        return 0
    print(
        say(
            "camera\tagency\tstate\tpromised\thave\tcontinuous\tthere\tgaps",
            "kamera\tinstansi\tkeadaan\tdijanjikan\tada\tbersambung\tterisi\tlubang",
        )
    )
    for one in found:
        kept = [_long(us) for us in (one.promised_us, one.have_us, one.continuous_us)]
        gaps = ", ".join(f"{gap_word(reason)} {_long(us)}" for reason, us in one.gaps.items())
        print("\t".join([one.camera, one.agency, word(one.state), *kept, f"{one.share:.2%}", gaps or "-"]))
    for agency in achieved_retention.roll_up(found):
        states = ", ".join(f"{count} {word(state)}" for state, count in agency.states.items() if count)
        least, median = _long(agency.least_have_us), _long(agency.median_have_us)
        cameras = amounts.amount(agency.cameras, "camera", language())
        print(
            say(
                f"* {agency.agency}: {cameras} ({states}); each has at least {least}, "
                f"half of them {median} or more; {agency.share:.2%} there",
                f"* {agency.agency}: {cameras} ({states}); masing-masing sedikitnya {least}, "
                f"separuhnya {median} atau lebih; terisi {agency.share:.2%}",
            )
        )
    return 0


def show_quotas(args: argparse.Namespace) -> int:
    """One line a quota: agency, bytes, days, since when, who set it, why."""
    with opened_database(args.data) as database, database.transaction() as connection:
        found = quotas.history(connection, limit=100_000) if args.history else quotas.in_force(connection)
    head("agency, bytes, days, since, set by, reason", "instansi, bita, hari, sejak, oleh, alasan")
    for one in found:
        limits = f"{one.bytes or '-'}\t{one.days or '-'}"
        print(f"{one.agency}\t{limits}\t{clock.format_us(one.set_us)}\t{one.set_by}\t{one.reason}")
    return 0


def show_upcoming(args: argparse.Namespace) -> int:
    """The next seven days of each agency, as the daily mail tells them."""
    settings = resolved(args.data)
    with opened_database(args.data) as database, database.transaction() as connection:
        if args.agency is not None:
            places.agency_ids(connection, [args.agency])
        found = upcoming.week(connection, settings, clock.now_us())
    wanted = None if args.agency is None else frozenset({args.agency})
    mine = found.of(wanted)
    if not mine.agencies:
        print(upcoming_text.none(found, settings, language()))
    for one in mine.agencies:
        print(upcoming_text.text(one, found, settings, language()))
    return 0


def set_quota(args: argparse.Namespace) -> int:
    """Sets or ends it."""
    if args.end is (args.bytes is not None or args.days is not None):
        raise BadInput("quota_what", field="--bytes")
    with opened_database(args.data) as database, database.transaction() as connection:
        person, who = officer(connection, args.by, Permission.RETENTION_WRITE)
        quotas.put(
            connection,
            agency=args.agency,
            size=args.bytes,
            days=args.days,
            reason=args.reason,
            person_id=person.person_id,
            scope=person.agency_ids,
        )
        audit.record(
            connection,
            person=person.name,
            role=person.role,
            address=who.address,
            action="set quota",
            object={"agency": args.agency, "bytes": args.bytes, "days": args.days, "reason": args.reason},
            purpose=args.reason,
        )
    return 0


def _sentence(seen: watch.Seen) -> str:
    told = seen.forecast
    if not seen.room.known or told.total.days_of_data == 0:
        return say("When the store is full is not known.", "Kapan penyimpanan penuh tidak diketahui.")
    if told.total.full_us is None:
        return say(
            "The store does not fill at what is recorded now.",
            "Penyimpanan tidak akan penuh pada laju rekaman sekarang.",
        )
    days = (told.total.full_us - told.at_us) / DAY_US
    date = clock.format_us(told.total.full_us)[:10]
    span = " … ".join(
        "-" if one is None else clock.format_us(one)[:10] for one in (told.earliest_us, told.latest_us)
    )
    return say(
        f"The store is full in {days:.1f} days, on {date} ({span}).",
        f"Penyimpanan penuh dalam {days:.1f} hari, pada {date} ({span}).",
    )


def _advise(seen: watch.Seen) -> None:
    """Cameras in the order in which to look at them, and what each would spare."""
    print(
        say(
            "  camera\thalf its bit rate spares a day\tswitched off it spares a day\tmind",
            "  kamera\tbit rate separuhnya menghemat sehari\tbila dimatikan menghemat sehari\tperhatikan",
        )
    )
    for one in seen.advice[:10]:
        mind = [
            say("its agency is over its quota", "instansinya melebihi kuota") if one.over_quota else "",
            say("what it records is under a hold", "yang direkamnya sedang ditahan")
            if one.held_ahead
            else "",
        ]
        sizes = f"{_size(one.thin_bytes_a_day)}\t{_size(one.pause_bytes_a_day)}"
        print(f"  {one.camera}\t{sizes}\t{'; '.join(filter(None, mind)) or '-'}")


def _thinning(one: Figures) -> str:
    cameras, now = amounts.amount(one.cameras_thinned, "camera", language()), _size(one.thinned)
    if one.thinned_share is None:
        return say(
            f"thinning: {now} of keyframes are there; no camera is thinned now",
            f"penjarangan: kini ada {now} bingkai kunci; tidak ada kamera yang dijarangkan sekarang",
        )
    return say(
        f"thinning: originals of {cameras} go before the policy ends, about {one.thinned_share:.0%} of them stays as "
        f"keyframes until then; {now} of keyframes are there",
        f"penjarangan: rekaman asli {cameras} dimusnahkan sebelum kebijakannya berakhir, sekitar "
        f"{one.thinned_share:.0%} tetap ada sebagai bingkai kunci sampai saat itu; kini ada {now} bingkai kunci",
    )


def _line(code: str, one: Figures) -> str:
    sizes = (one.bytes, one.in_a_day, one.out_a_day, one.steady, one.held, one.under_minimum)
    full = "-" if one.full_us is None else clock.format_us(one.full_us)[:10]
    return "\t".join([code, str(one.cameras), *map(_size, sizes), full])


def _long(length_us: int) -> str:
    return amounts.length(length_us, language())


def _size(size: int | None) -> str:
    if size is None:
        return "?"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(size) < 1000:
            return f"{size:.3g} {unit}"
        size = size / 1000  # type: ignore[assignment]
    return f"{size:.4g} PB"


def _as_json(seen: watch.Seen, told: list[tuple[str, str]]) -> dict[str, Any]:
    def figures(one: Figures) -> dict[str, Any]:
        full = None if one.full_us is None else clock.format_us(one.full_us)
        return {**{name: value for name, value in vars(one).items() if name != "full_us"}, "full": full}

    return {
        "at": clock.format_us(seen.forecast.at_us),
        "sure": seen.forecast.sure,
        "store": vars(seen.room),
        "total": figures(seen.forecast.total),
        "agencies": {code: figures(one) for code, one in seen.forecast.agencies.items()},
        "early_purge": {"asked": seen.plan.asked, "frees": seen.plan.bytes, "short": seen.plan.short},
        "alarms": [one.kind for one in seen.alarms],
        "findings": [{"what": what, "remedy": remedy} for what, remedy in told],
    }
