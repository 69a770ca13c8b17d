"""Every route that answers JSON states the members of its answer, and nothing is stated of a route that is not."""

from __future__ import annotations

from archive_api.answers import ANSWERS
from archive_api.app import create_app
from saksi.secrets import generate_key
from saksi.settings import Settings


def test_every_json_answer_has_a_shape_and_every_shape_a_route() -> None:
    settings = Settings(  # type: ignore[call-arg]
        database_url="postgresql://h/d", secret_key=generate_key(), s3_url="http://h",
        s3_access_key="a", s3_secret_key="b",
    )  # fmt: skip
    document = create_app(settings).openapi()
    found = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/v1") and not path.endswith("/derivation.json")
        for status, answer in operation["responses"].items()
        if status.startswith("2") and "application/json" in answer.get("content", {})
    }
    assert found - ANSWERS.keys() == set(), "state them in archive_api/answers"
    assert ANSWERS.keys() - found == set()
    assert "additionalProperties" in document["components"]["schemas"]["CameraAnswer"]
