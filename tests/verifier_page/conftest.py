"""The console's Chromium for verifikasi.html, in a folder of its own: no demo city runs beside these tests."""

from __future__ import annotations

from tests.console.conftest import browser as browser
