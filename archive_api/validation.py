"""What the framework refuses before a route runs, said in our words: the field, what is wrong, in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic_core import PydanticCustomError

from saksi.errors import BadInput
from saksi.messages import Phrase, register, register_phrase

_SEE = ("See /openapi.json for what this route takes.", "Lihat /openapi.json untuk masukan rute ini.")
_WORDS = {
    "input_invalid": ("{field}: {why}.", "{field}: {why}."),
    "parameter_missing": ("{field} is missing.", "{field} tidak ada."),
    "input_unknown": ("{field} is not known here.", "{field} tidak dikenal di sini."),
    "input_not_number": ("{field} is not a number.", "{field} bukan angka."),
    "input_not_whole": ("{field} is not a whole number.", "{field} bukan bilangan bulat."),
    "input_not_bool": ("{field} is neither true nor false.", "{field} bukan true atau false."),
    "input_not_object": ("{field} is not an object.", "{field} bukan objek."),
    "input_not_list": ("{field} is not a list.", "{field} bukan daftar."),
    "input_not_text": ("{field} is not text.", "{field} bukan teks."),
    "input_small": ("{field} must be {sign} {limit}.", "{field} harus {sign} {limit}."),
    "input_length": (
        "{field} must have {sign} {limit} characters.",
        "{field} harus memiliki {sign} {limit} karakter.",
    ),
    "input_choice": ("{field} must be one of {limit}.", "{field} harus salah satu dari {limit}."),
    "input_control": (
        "{field} contains a character that no text may hold.",
        "{field} berisi karakter yang tidak boleh ada dalam teks.",
    ),
}
for _code, (_en, _id) in _WORDS.items():
    register(_code, en=(_en, _SEE[0]), id_=(_id, _SEE[1]))
register(
    "body_unreadable",
    en=(
        "The body is not readable JSON.",
        "Send application/json; see /openapi.json for what this route takes.",
    ),
    id_=(
        "Isi permintaan bukan JSON yang terbaca.",
        "Kirim application/json; lihat /openapi.json untuk masukan rute ini.",
    ),
)
register(
    "id_malformed",
    en=(
        "{given} is not an id of this kind: {field}.",
        "Use an `id` as {list} tells it, such as 4b0d2c6e-7f5a-4a53-9a55-0c1e8f3b2d71.",
    ),
    id_=(
        "{given} bukan id jenis ini: {field}.",
        "Gunakan `id` seperti pada {list}, misalnya 4b0d2c6e-7f5a-4a53-9a55-0c1e8f3b2d71.",
    ),
)
# Where ids of such a form are listed.
_LISTS = {"disclosure": "GET /api/v1/cases/{case}/disclosures"}
_EXPORTS = "GET /api/v1/cases/{case}/exports"

# What the framework says of the rarer errors is English only.
register_phrase("input_unfit", en="{why}", id_="nilai ini tidak dapat digunakan")

# pydantic's error type -> our code, the sign shown, the key of its limit
_KNOWN: dict[str, tuple[str, str, str]] = {
    "missing": ("parameter_missing", "", ""),
    "extra_forbidden": ("input_unknown", "", ""),
    "float_parsing": ("input_not_number", "", ""),
    "float_type": ("input_not_number", "", ""),
    "finite_number": ("input_not_number", "", ""),
    "int_parsing": ("input_not_whole", "", ""),
    "int_type": ("input_not_whole", "", ""),
    "int_from_float": ("input_not_whole", "", ""),
    "int_parsing_size": ("input_not_whole", "", ""),
    "bool_parsing": ("input_not_bool", "", ""),
    "bool_type": ("input_not_bool", "", ""),
    "dict_type": ("input_not_object", "", ""),
    "model_type": ("input_not_object", "", ""),
    "model_attributes_type": ("input_not_object", "", ""),
    "list_type": ("input_not_list", "", ""),
    "string_type": ("input_not_text", "", ""),
    "string_unicode": ("input_not_text", "", ""),
    "greater_than": ("input_small", ">", "gt"),
    "greater_than_equal": ("input_small", "≥", "ge"),
    "less_than": ("input_small", "<", "lt"),
    "less_than_equal": ("input_small", "≤", "le"),
    "string_too_short": ("input_length", "≥", "min_length"),
    "string_too_long": ("input_length", "≤", "max_length"),
    "literal_error": ("input_choice", "", "expected"),
    "control_character": ("input_control", "", ""),
}


class Body(BaseModel):
    """A JSON body: no unknown fields, no text that the catalogue cannot hold."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        if isinstance(value, str) and "\0" in value:
            raise PydanticCustomError("control_character", "contains NUL")
        return value


def refusal(error: Mapping[str, Any]) -> BadInput:
    """One of pydantic's errors as ours."""
    if error["type"].startswith("json_") or (tuple(error["loc"]) == ("body",) and error["type"] != "missing"):
        return BadInput("body_unreadable", field="body")
    where = [str(part) for part in error["loc"] if part not in ("query", "body", "path")]
    field = ".".join(where) or "body"
    if error["type"].startswith("uuid_"):
        given = str(error["input"])[:60]
        return BadInput("id_malformed", field=field, given=given, list=_LISTS.get(field, _EXPORTS))
    code, sign, key = _KNOWN.get(error["type"], ("input_invalid", "", ""))
    limit = str(error.get("ctx", {}).get(key, "")).replace(" or ", ", ")
    return BadInput(
        code, field=field, why=Phrase("input_unfit", {"why": error["msg"]}), sign=sign, limit=limit
    )
