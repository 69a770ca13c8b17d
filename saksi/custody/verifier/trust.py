"""What was given from outside: a policy (C2SP tlog-policy), a log's verifier key, or its fingerprint off a letter.

What cannot be used ends nothing: the package is checked as without it, and line 2 says what was wrong.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from typing import Optional, Union

from saksi.custody.verifier.container import Container
from saksi.custody.verifier.findings import Report
from saksi.custody.verifier.hashes import Malformed, sha256
from saksi.custody.verifier.material import CHECKPOINT, POLICY
from saksi.custody.verifier.notes import MOST_NOTE, SIGNATURE, Policy, parse_policy, parse_verifier_key

# 64 hex digits, in groups or not, wherever they stand in a line of a letter.
PRINTED = re.compile("(?<![0-9a-z])[0-9a-f](?:[ \t\r\n\u00a0:.-]{0,8}[0-9a-f]){63}(?![0-9a-z])")
GROUPED = re.compile("[0-9a-f \t\r\n\u00a0:.-]+")
WANTED = "a policy.txt, a log's key, or a fingerprint of 64 hex digits"


@dataclass(frozen=True)
class Trust:
    """One of `policy`, `fingerprint` (SHA-256 of the log key's 32 bytes) and `wrong`, which says why neither was had.

    `place` is the file's path, empty for text.
    """

    policy: Optional[Policy] = None
    fingerprint: str = ""
    wrong: str = ""
    place: str = ""


Given = Union[Trust, Policy, None]


def parse_trust(data: bytes) -> Trust:
    """Reads what was given. Never raises: what is of no use says so."""
    text = data.decode("utf-8", "surrogateescape").strip()
    if len(data) > MOST_NOTE:
        return Trust(wrong="more than a megabyte")
    bare = "+" in text and not any(one.isspace() for one in text)
    try:
        if not bare:
            return Trust(policy=parse_policy(data if data[-1:] == b"\n" else data + b"\n"))
        key = parse_verifier_key(text)
        if key.kind == SIGNATURE:
            return Trust(policy=Policy(logs=[key]))
        return Trust(wrong="the key of a witness, not that of a log")
    except Malformed as error:
        why = str(error)
    lowered = text.lower()
    found = {re.sub("[^0-9a-f]", "", one) for one in PRINTED.findall(lowered)}
    if len(found) == 1:
        return Trust(fingerprint=found.pop())
    if found:
        return Trust(wrong="more than one fingerprint")
    digits = re.sub("[^0-9a-f]", "", lowered)
    if len(digits) > 7 and GROUPED.fullmatch(lowered):
        return Trust(wrong="%d digits instead of 64" % len(digits))
    if bare:
        return Trust(wrong="a key that is damaged: " + why)
    if text.startswith(("log ", "witness ", "group ", "quorum ")):
        return Trust(wrong="a policy that is damaged: " + why)
    return Trust(wrong="there is no key in it")


def read_trust(given: str) -> Trust:
    """What a file holds, or the text itself where it is a fingerprint or key. Never raises."""
    if not os.path.exists(given):
        direct = parse_trust(given.encode("utf-8", "surrogateescape"))
        nothing = direct.wrong == "there is no key in it"
        return Trust(wrong="there is no such file: " + given) if nothing else direct
    try:
        with open(given, "rb") as stream:
            return replace(parse_trust(stream.read(MOST_NOTE + 1)), place=given)
    except OSError as error:
        return Trust(wrong="a file that cannot be read: %s" % (error.strerror or error), place=given)


def settle(report: Report, container: Container, given: Given) -> Optional[Policy]:
    """The policy that the log is held to; None where that can only be the package's own. Line 2 says why."""
    trust = Trust(policy=given) if isinstance(given, Policy) else given
    if trust is None:
        report[2].add("no_trust", "")
        return None
    if trust.wrong:
        report[2].add("trust_unusable", "", WANTED, trust.wrong)
        return None
    own = own_logs(container)
    if trust.policy is not None:
        if trust.policy == own:
            report[2].facts["trust_is_copy"] = True
        return trust.policy
    if own is None:
        report[2].add("not_read", POLICY)
        return None
    mine = [log for log in own.logs if sha256(log.public).hex() == trust.fingerprint]
    if not mine:
        prints = ", ".join(sha256(log.public).hex() for log in own.logs)
        report[2].add("log_not_trusted", CHECKPOINT, trust.fingerprint, prints)
        return None
    return Policy(logs=mine)  # and no witness: who those are, a fingerprint does not say


def own_logs(container: Container) -> Optional[Policy]:
    """The package's own policy; None where it has none that can be read, which line 3 says where it matters."""
    if container.sizes.get(POLICY, MOST_NOTE + 1) > MOST_NOTE:
        return None
    try:
        return parse_policy(container.read(POLICY, MOST_NOTE))
    except Malformed:
        return None


def lies_inside(package: str, trust: Trust) -> bool:
    """Whether the file given lies in the folder that is checked with it."""
    if not trust.place or not os.path.isdir(package):
        return False
    folder, place = os.path.realpath(package), os.path.realpath(trust.place)
    return os.path.join(folder, "") == place[: len(folder) + 1]
