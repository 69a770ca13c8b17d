"""The catalogue's SQL: schema.sql to read, migrations/ to apply, queries/ to call by name."""

from __future__ import annotations
