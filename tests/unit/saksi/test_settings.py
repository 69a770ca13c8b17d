"""Where the installation's key may come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from saksi.errors import BadInput
from saksi.secrets import Vault, generate_key
from saksi.settings import Settings


def test_the_key_may_lie_in_a_file_and_its_variable_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, other = generate_key(), generate_key()
    (tmp_path / "key").write_text(f"{key}\n")
    monkeypatch.setenv("SAKSI_SECRET_KEY_FILE", str(tmp_path / "key"))
    found = Settings().secret_key
    assert found is not None
    assert Vault(key).open(Vault(found.get_secret_value()).seal("rtsp://h")) == "rtsp://h"
    assert key not in str(Settings().masked())
    monkeypatch.setenv("SAKSI_SECRET_KEY", other)
    found = Settings().secret_key
    assert found is not None
    assert found.get_secret_value() == other


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_file_without_a_key_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    with pytest.raises(BadInput, match="SAKSI_SECRET_KEY_FILE names"):
        Settings(secret_key_file=tmp_path / "key")
