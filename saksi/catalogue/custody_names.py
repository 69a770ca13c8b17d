"""What custody calls its events, and which chains carry them."""

from __future__ import annotations

HOLD_CHAIN = "hold"
EVENTS = frozenset(
    {
        "case.open", "case.edit", "member.add", "member.remove", "grant.give", "grant.end", "exhibit.add",
        "bookmark.add", "bookmark.edit", "bookmark.remove",
        "hold.place", "hold.extend", "hold.release.ask", "hold.release.withdraw", "hold.release",
        "request", "search", "view", "play", "still", "derive", "redact", "print", "note", "access.denied",
        "export.request", "export.approve", "export.build", "export.download", "export.deliver",
        "receive", "verify", "share", "share.revoke",
        "purge.preview", "purge.approve", "purge.undo", "purge.execute",
    }
)  # fmt: skip


def chain_of(number: str) -> str:
    """The chain of the case with this number."""
    return f"case/{number}"
