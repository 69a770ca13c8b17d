"""XML from devices that nobody vouches for: bounded, and without a document type, which SOAP does not allow anyway.

SOAP 1.2 part 1 section 5; what entities can do is described at https://docs.python.org/3/library/xml.html#xml-security.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

MOST_BYTES = 2_000_000  # a recorder of 64 channels lists its profiles in 0.6 MB
_MOST_TEXT = 200


class NotXml(ValueError):
    """What came is no answer that can be read."""


def parsed(data: bytes) -> Element:
    """The root of a document. Raises NotXml for anything else, too much of it, or one with a document type."""
    if len(data) > MOST_BYTES:
        raise NotXml(f"more than {MOST_BYTES} bytes")
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise NotXml("no XML, or XML with a document type") from error
    return root


def text(element: Element | None, path: str) -> str:
    """The text of the first element at `path` ('a/b', whatever their namespaces), fit to be shown; '' without one."""
    found = None if element is None else first(element, path)
    return "" if found is None else shown(found.text or "")


def address(element: Element | None, path: str) -> str:
    """The address there, whole; whoever uses it checks it first."""
    found = None if element is None else first(element, path)
    return "" if found is None else (found.text or "").strip()


def number(element: Element | None, path: str) -> float | None:
    """The number there; None without one."""
    try:
        value = float(text(element, path))
    except ValueError:
        return None
    return value if 0 <= value < 1e9 else None


def first(element: Element, path: str) -> Element | None:
    """The first element at `path`, whatever the namespaces."""
    return element.find("/".join(f"{{*}}{name}" for name in path.split("/")))


def every(element: Element, path: str) -> list[Element]:
    """All elements at `path`, whatever the namespaces."""
    return element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))


def shown(words: str) -> str:
    """A device's words without what a terminal would obey, and not too many of them."""
    return "".join(letter for letter in words.strip()[:_MOST_TEXT] if letter.isprintable())
