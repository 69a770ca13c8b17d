"""Builds a package: plan → payload streamed from chunk objects → one object in the store.

Commit order, and what a crash after each step means:
1. the plan is put beside where the package will be: the next try reads it and makes the same bytes;
2. the upload is begun and its id kept in the job: the next try finds its parts;
3. parts travel: those that are there are compared and passed over by the next try;
4. the upload is completed: the next try makes the same object again, over itself;
5. the job becomes `sealed` with the files and the custody event, in one transaction: done.
Nothing is visible under the package's key before 4, and nobody is told of it before 5.
"""

from __future__ import annotations

import base64
import json
import logging
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from saksi import clips
from saksi.catalogue import footage
from saksi.catalogue.database import Database
from saksi.catalogue.exports import Export, ExportedFile
from saksi.catalogue.own_first import own_first
from saksi.clock import from_us
from saksi.custody.package import Package, Payload, write
from saksi.custody.signing import Signer
from saksi.errors import Conflict
from saksi.export import onvif, upload
from saksi.export.onvif import FileKey
from saksi.export.plan import ImportedFile, Kept, Original, Plan, Processed
from saksi.export.playable import Playable, examine, windows
from saksi.export.scope import Asked
from saksi.fmp4.export_file import ExportFacts
from saksi.fmp4.splice import CannotSplice, NoFootage
from saksi.objects.store import ObjectStore

log = logging.getLogger("saksi.export.build")

Finish = Callable[[Sequence[Mapping[str, object]]], Mapping[str, bytes]]


@dataclass(kw_only=True)
class Builder:
    """One try at one package. `finish` makes the reports of the statement's list of files."""

    database: Database
    store: ObjectStore
    signer: Signer
    file_key: FileKey
    export: Export
    plan: Plan
    finish: Finish
    files: list[dict[str, object]] = field(default_factory=list)
    exported: list[ExportedFile] = field(default_factory=list)

    def build(self, *, begun: Callable[[str], None], passed: Callable[[int, str], None]) -> upload.Stored:
        """Makes the object. `begun` hears the upload's id, `passed` the bytes done and what is at work.

        Raises Differs, NotFound or IntegrityError when a chunk is not what its entry says, or not there; Unavailable
        when the store does not answer.
        """
        target, there = upload.begin(self.store, self.export.key, self.export.upload_id)
        if target.upload_id != self.export.upload_id:
            begun(target.upload_id)
        package = Package(
            name=self.plan.package,
            made_on=f"{from_us(self.plan.made_us):%Y-%m-%d}",
            organization=self.plan.organization,
            first=self.plan.first,
            payload=self._payload(),
            finish=self._finish,
        )
        return upload.send(
            target,
            there,
            write(package, self.signer),
            size=upload.part_size(self.plan.estimate),
            passed=lambda done: passed(done, self._stage()),
        )

    def _stage(self) -> str:
        return str(self.files[-1]["path"]) if self.files else ""

    def _payload(self) -> Iterator[Payload]:
        for one in self.plan.originals:
            yield self._original(one)
        for copy in self.plan.copies:
            yield from self._copies(copy)
        for processed in self.plan.processed:
            yield self._processed(processed)
        for imported in self.plan.imported:
            yield self._imported(imported)

    def _original(self, one: Original) -> Payload:
        crc32 = one.crc32
        if crc32 < 0:
            crc32 = 0
            for piece in self.store.stream(one.key, 0, one.size):
                crc32 = zlib.crc32(piece, crc32)
        told = {"camera": one.camera, "run": one.run, "seq": one.seq}
        return self._kept(replace(one, crc32=crc32), "master", told)

    def _processed(self, one: Processed) -> Payload:
        kept = self._kept(one, "processed", {"derivation": one.derivation})
        if one.key:
            return kept
        content = base64.b64decode(one.content)
        return replace(kept, read=lambda: [content])

    def _imported(self, one: ImportedFile) -> Payload:
        return self._kept(one, "import", {"camera": one.camera, "run": one.run})

    def _kept(self, one: Kept, kind: str, told: Mapping[str, object]) -> Payload:
        """A file as it is in the store, with what the statement tells of it beside its place and hash."""
        place = {"path": one.path, "class": kind, "size": one.size, "sha256": one.sha256}
        self._note({**place, **told}, one.camera_id, (one.start_us, one.end_us))
        read = partial(self.store.stream, one.key, 0, one.size)
        return Payload(path=one.path, size=one.size, sha256=one.sha256, crc32=one.crc32, read=read)

    def _copies(self, copy: Asked) -> Iterator[Payload]:
        stem = f"data/playable/{copy.exhibit}-{copy.camera}"
        number = 0
        for from_us_, to_us in windows(copy.from_us, copy.to_us):
            for playable in self._playables(copy, from_us_, to_us, lambda n: f"{stem}{_part(n)}.mp4", number):
                number += 1
                self._note(
                    {**playable.told(), "exhibit": str(copy.exhibit), "camera": copy.camera},
                    copy.camera_id,
                    (playable.plan.start_us, playable.plan.end_us),
                )
                yield Payload(
                    path=playable.path,
                    size=playable.plan.length,
                    sha256=playable.sha256,
                    crc32=playable.crc32,
                    read=partial(playable.read, self.store),
                )

    def _playables(
        self, copy: Asked, start_us: int, end_us: int, named: Callable[[int], str], number: int
    ) -> Iterator[Playable]:
        """The copies of one stretch: one, or several where the codec or the sound changes inside.

        Of what the statement calls missing nothing is copied, be it there again by now.
        """
        missing = {
            (run, seq)
            for told in self.plan.predicate["cameras"]
            if told["camera"] == copy.camera
            for run, seq, _ in told["missing"]
        }
        with self.database.transaction() as connection:
            there = footage.all_segments(connection, copy.camera_id, start_us, end_us)
            chunks = [
                one
                for one in there
                if one.state == "stored" and (one.entry.run, one.entry.seq) not in missing
            ]
            chunks = own_first(chunks)
            shas = {one.init.sha256 for one in chunks}
            inits = {sha256: footage.init_body(connection, sha256) for sha256 in shas}
        until_us = end_us
        while start_us < end_us and chunks:
            try:
                planned = clips.plan_clip(
                    self.store, chunks, inits, start_us, until_us, export=self._facts(copy)
                )
            except NoFootage:
                start_us, until_us = until_us, end_us
                continue
            except Conflict as error:
                cause = error.__cause__
                if not isinstance(cause, CannotSplice):
                    raise
                if start_us < cause.at_us < until_us:
                    until_us = cause.at_us  # one file for each side of the change
                    continue
                # CannotSplice promises the opposite; a case must not wait for a copy when its originals go along.
                log.error("%s: no copy of %s to %s: %s", copy.camera, start_us, until_us, cause)
                start_us, until_us = until_us, end_us
                continue
            yield examine(self.store, planned, named(number), chunks, self._sign)
            number += 1
            start_us, until_us = until_us, end_us

    def _facts(self, copy: Asked) -> ExportFacts:
        camera = json.loads(self.plan.meta[f"meta/camera/{copy.camera}.json"])
        return onvif.facts(
            camera,
            package=self.plan.package,
            operator=self.export.person,
            at_us=self.plan.made_us,
            key=self.file_key,
        )

    def _sign(self, digest: bytes) -> bytes:
        return self.file_key.signature(self.database, self.export, digest)

    def _note(self, told: dict[str, object], camera_id: int, span: tuple[int, int]) -> None:
        self.files.append(told)
        nal = told.get("nal_sha256")
        self.exported.append(
            ExportedFile(
                path=str(told["path"]),
                kind=str(told["class"]),
                size=int(str(told["size"])),
                sha256=str(told["sha256"]),
                nal_sha256=None if nal is None else str(nal),
                camera_id=camera_id,
                start_us=span[0],
                end_us=span[1],
            )
        )

    def _finish(self, _payload: Sequence[Payload]) -> tuple[Mapping[str, bytes], Mapping[str, object]]:
        reports = self.finish(self.files)
        return {**self.plan.meta, **reports}, {**self.plan.predicate, "files": self.files}


def _part(number: int) -> str:
    return f"-{number + 1}" if number else ""
