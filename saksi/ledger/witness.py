"""A witness: what it cosigned last of each log, kept durably, and its answers to add-checkpoint (C2SP tlog-witness).

It sees checkpoints and hashes, never what is in a log. One folder is one witness; a lock on the folder keeps the server
and the offline command from answering at the same time.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from saksi import clock, durable, keys
from saksi.custody import notes, witnessing
from saksi.custody.notes import COSIGNATURE, Checkpoint, Note, VerifierKey, check_name
from saksi.custody.policy import Policy
from saksi.custody.strict import HASH, Malformed
from saksi.custody.witnessing import NOTHING, Answer, Known, Request
from saksi.errors import IntegrityError
from saksi.messages import register

register(
    "witness_state_broken",
    en=(
        "{path} is not what this witness wrote.",
        "Restore it from a backup; without it the witness cannot go on.",
    ),
    id_=(
        "{path} bukan tulisan saksi ini.",
        "Pulihkan dari cadangan; tanpanya saksi tidak dapat melanjutkan.",
    ),
)


class WitnessDesk:
    """Answers requests under one name and key, for the logs of a policy. Safe to share between threads."""

    def __init__(self, folder: Path, name: str, policy: Policy) -> None:
        """Raises Malformed for a name that cannot stand in a signature line, BadInput for an unusable key file."""
        self.name = check_name(name)
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._signer = keys.signer(folder, "witness")
        self._logs: dict[str, list[VerifierKey]] = {}
        for one in policy.logs:
            self._logs.setdefault(one.key.name, []).append(one.key)
        self._lock = threading.Lock()

    @property
    def key(self) -> VerifierKey:
        """The public half, to be handed out."""
        return VerifierKey(name=self.name, kind=COSIGNATURE, public=self._signer.public)

    def add_checkpoint(self, body: bytes) -> Answer:
        """The answer to a request; a new checkpoint is on disk before it is given. Raises IntegrityError, OSError."""
        try:
            request = Request.parse(body)
            origin = Checkpoint.parse(request.note.text).origin
        except Malformed as error:
            return Answer(status=400, body=f"{error}\n")
        with self._alone():
            answer = witnessing.decide(
                request,
                logs=self._logs,
                known=self._known(origin),
                name=self.name,
                signer=self._signer,
                seconds=clock.now_us() // 1_000_000,
            )
            if answer.checkpoint is not None:
                self._keep(request.note, answer)
        return answer

    def latest(self, origin_hash: str) -> str | None:
        """The note last cosigned for the log whose origin has this SHA-256 (hex), our signature on it."""
        try:
            found: str = json.loads((self._folder / f"{origin_hash}.json").read_bytes())["note"]
        except FileNotFoundError:
            return None
        return found

    def _known(self, origin: str) -> Known:
        path = self._path(origin)
        try:
            kept = json.loads(path.read_bytes())
            at = Checkpoint.parse(Note.parse(kept["note"]).text)
            if at.origin != origin or len(at.root) != HASH:
                raise Malformed("of another log")
        except FileNotFoundError:
            return NOTHING
        except (ValueError, KeyError, TypeError) as error:
            raise IntegrityError("witness_state_broken", path=path) from error
        return Known(size=at.size, root=at.root)

    def _keep(self, note: Note, answer: Answer) -> None:
        at = Checkpoint.parse(note.text)
        ours = [line for line in note.lines if any(_is(line, key) for key in self._logs[at.origin])]
        whole = Note(text=note.text, lines=(*ours, *notes.parse_lines(answer.body))).whole()
        durable.write(self._path(at.origin), json.dumps({"origin": at.origin, "note": whole}).encode())

    def _path(self, origin: str) -> Path:
        return self._folder / f"{hashlib.sha256(origin.encode()).hexdigest()}.json"

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One answer at a time, in this process and among all on this folder."""
        with self._lock:
            handle = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
            finally:
                os.close(handle)


def _is(line: notes.Line, key: VerifierKey) -> bool:
    return (line.name, line.key_id) == (key.name, key.key_id)
