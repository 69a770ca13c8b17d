"""Places in a reader's terms: which camera, and which stretch of time, a file or a chunk of the package is of."""

from __future__ import annotations

from typing import Any, Dict, List

from saksi.custody.verifier.findings import Report, short
from saksi.custody.verifier.material import IMPORT, Material


def tell_places(report: Report, material: Material) -> None:
    """Notes [camera's name, from, to] for whatever a finding may name: originals, court files, chunks, exhibits,
    and, of imported files, the stretch of which the package has lines."""
    told, places = material.told, report.places
    names: Dict[str, str] = {}
    for one in told.get("cameras", []):
        name = one.get("name")
        names[one["camera"]] = short(name if isinstance(name, str) and name else one["camera"])
        places["%s/%s" % (one["exhibit"], one["camera"])] = [names[one["camera"]], one["from"], one["to"]]
    for chunk in material.chunks or []:
        camera = chunk.told["camera"]
        places[chunk.name] = [names.get(camera) or short(camera), chunk.told["start"], chunk.told["end"]]
    for one in told.get("files", []):
        if one["class"] == "master":
            chunk_place = places.get("%s/%d" % (one["run"], one["seq"]))
            if chunk_place is not None:
                places[one["path"]] = chunk_place
        elif one["class"] == "court":
            of_camera = places.get("%s/%s" % (one["exhibit"], one["camera"]), ["", 0, 0])
            places[one["path"]] = [of_camera[0] or short(one["camera"]), *span_of(one, of_camera)]
        elif one["class"] == IMPORT:
            lines = [chunk.told for chunk in material.chunks or [] if chunk.told["run"] == one["run"]]
            if lines:
                span = [min(line["start"] for line in lines), max(line["end"] for line in lines)]
                places[one["path"]] = [names.get(one["camera"]) or short(one["camera"]), *span]


def span_of(file: Dict[str, Any], other: List[Any]) -> List[Any]:
    """What a court file says of its span, or the exhibit's."""
    span = [file.get("from"), file.get("to")]
    return span if all(type(one) is int for one in span) else other[1:]
