"""Joins the modules of this folder into the one file `verify.py`: same text, one set of imports, nothing generated."""

from __future__ import annotations

import re
from pathlib import Path

MODULES = (
    "hashes",
    "ed25519",
    "notes",
    "partial",
    "repacked",
    "container",
    "findings",
    "material",
    "trust",
    "envelope",
    "forms",
    "intact",
    "authentic",
    "logged",
    "runs",
    "complete",
    "destroyed",
    "imported",
    "timing",
    "stamp",
    "ecdsa",
    "certificate",
    "camera_sei",
    "camera_units",
    "camera_gops",
    "camera_stream",
    "camera_rows",
    "mp4",
    "sound",
    "media",
    "camera_signature",
    "playable",
    "audible",
    "thinned",
    "derivation",
    "possession",
    "trail_rows",
    "trail",
    "places",
    "phrases",
    "trail_words",
    "facts",
    "words",
    "main",
)
_OWN = re.compile(r"^from saksi\.[\w.]+ import (?:\([^)]*\)|[^\n]*)\n", re.MULTILINE)
_STANDARD = re.compile(r"^(?:import [\w.]+|from [\w.]+ import [^\n(]*)\n", re.MULTILINE)
_DOCSTRING = re.compile(r'\A"""(.*?)"""\n', re.DOTALL)
_TOP = re.compile(r"^(?:def|class) (\w+)|^(\w+)(?:: [^=\n]+)? = ", re.MULTILINE)
_SHEBANG = "#!/usr/bin/env python3\n"
_END = '\n\nif __name__ == "__main__":\n    sys.exit(main())\n'


def bundle() -> bytes:
    """The bytes of verify.py; the same each time. Raises ValueError when one name stands for two things."""
    folder = Path(__file__).parent
    imports: set[str] = set()
    names: dict[str, str] = {}
    parts = []
    for module in MODULES:
        text = (folder / f"{module}.py").read_text(encoding="utf-8")
        found = _DOCSTRING.match(text)
        assert found is not None, module
        doc, text = found[1], text[found.end() :].replace("from __future__ import annotations\n", "", 1)
        text = _OWN.sub("", text)
        imports |= set(_STANDARD.findall(text))
        text = _STANDARD.sub("", text).strip("\n")
        for one, other in _TOP.findall(text):
            name = one or other
            if names.setdefault(name, module) != module:
                raise ValueError(f"{name} is defined in {names[name]} and in {module}")
        parts.append((module, doc, text))
    for name in {name.strip() for line in imports for name in line.partition("import ")[2].split(",")}:
        if name in names:
            raise ValueError(f"{name} is imported, and defined in {names[name]}")
    head = f'"""{parts[-1][1]}"""\n\nfrom __future__ import annotations\n\n' + "".join(_merged(imports))
    bodies = [_section(module, doc) + text + "\n" for module, doc, text in parts]
    return (_SHEBANG + head + "\n\n" + "\n\n".join(bodies) + _END).encode()


def _merged(imports: set[str]) -> list[str]:
    """One line a module, sorted; names of one module together."""
    plain = sorted(line for line in imports if line.startswith("import "))
    members: dict[str, set[str]] = {}
    for line in imports - set(plain):
        module, _, wanted = line[len("from ") :].partition(" import ")
        members.setdefault(module, set()).update(name.strip() for name in wanted.split(","))
    return plain + [
        f"from {module} import {', '.join(sorted(members[module]))}\n" for module in sorted(members)
    ]


def _section(module: str, doc: str) -> str:
    lines = [line.rstrip() for line in doc.strip().split("\n")]
    ruler = "# " + "-" * 100
    return "\n".join([ruler, f"# {module}", *(f"# {line}".rstrip() for line in lines), ruler, "", ""])
