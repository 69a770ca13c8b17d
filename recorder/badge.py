"""This recorder's name, and the key by which the log knows it."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import quote

from saksi import keys
from saksi.catalogue import authors, ledger
from saksi.catalogue.authors import Author
from saksi.catalogue.database import Connection
from saksi.errors import BadInput, Conflict

log = logging.getLogger("saksi.recorder.badge")

_ROLE = "recorder"


class Badge:
    """Shared by all threads that tell something."""

    def __init__(self, name: str, folder: Path) -> None:
        """Takes the key in `folder`, or makes one. Raises BadInput for a file that cannot be used."""
        self.name = name
        self._folder = folder
        self._file = quote(name, safe="")
        self.author = self._author()

    def enrol(self, connection: Connection) -> None:
        """Makes the key known to the log; once it is, this does nothing.

        A revoked key is set aside for examination and another takes its place: recording does not wait for people. Nor
        for a disk that refuses the new one: until it takes it, what is told carries a signature that nobody accepts.
        """
        try:
            self._enrol(connection)
        except Conflict as error:
            log.error("%s It is set aside, and a new one is made.", error)
            try:
                keys.set_aside(self._folder, self.author.signer, _ROLE, self._file)
                self.author = self._author()
            except (OSError, BadInput) as refused:
                log.error("the key stays as it is for now: %s", refused)
                return
            self._enrol(connection)

    def _enrol(self, connection: Connection) -> None:
        ledger.enrol(connection, self.author.signer, role=_ROLE, name=self.name)

    def _author(self) -> Author:
        return authors.of_recorder(self.name, keys.signer(self._folder, _ROLE, self._file))
