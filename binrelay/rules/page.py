"""A plain text as simple HTML that says the same, with links to click and perhaps a picture. Pure.

Invariant: every word of the page stands in the text or in the arguments, escaped; nothing is fetched from anywhere. No colour is
set for text or background, so that a mail program's dark mode decides; Outlook reads widths from attributes alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

from binrelay.model import Language

BULLETIN_COLOUR, REPLY_COLOUR = "#1f6fb2", "#d98200"  # told apart by the colour-blind too, on white and on black
_LINK_ALONE = re.compile(r"\s*:\s+mailto:")  # a long link stands on a line of its own in the text
_LINK = re.compile(r"(?P<words>[^<>]+): (?P<link>mailto:\S+)")
_FONT = "font-family:Arial,Helvetica,sans-serif;font-size:17px;line-height:1.5"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a page shows it: below its legend, two words in the colours of its bars."""

    cid: str
    alt: str
    width: int  # pixels
    legend: tuple[str, str]


def page(text: str, *, language: Language, picture: Shown | None = None) -> str:
    """The picture follows the first paragraph."""
    first, *others = [block for block in _LINK_ALONE.sub(": mailto:", text).strip().split("\n\n") if block.strip()]
    pictures = (_picture(picture),) if picture else ()
    body = "\n".join((_block(first), *pictures, *map(_block, others)))
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f'</head>\n<body style="margin:0;padding:12px;{_FONT}">\n{body}\n</body>\n</html>\n'
    )


def _picture(shown: Shown) -> str:
    cid, alt, width = shown.cid, shown.alt, shown.width
    marks = "&nbsp;&nbsp; ".join(
        f'<span style="color:{colour}">&#9632;</span>&nbsp;{escape(word)}'
        for colour, word in zip((BULLETIN_COLOUR, REPLY_COLOUR), shown.legend, strict=True)
    )
    return (
        f'<p style="margin:0 0 4px">{marks}</p>\n'
        f'<p style="margin:0 0 16px"><img src="cid:{cid}" width="{width}" alt="{escape(alt)}"'
        f' style="display:block;width:100%;max-width:{width}px;height:auto;border:0"></p>'
    )


def _block(block: str) -> str:
    lines = block.splitlines()
    if lines[0].rstrip().endswith(":") and len(lines) > 1:
        return f'<h2 style="font-size:19px;margin:20px 0 4px">{escape(lines[0].rstrip(" :"))}</h2>\n{_lines(lines[1:])}'
    return _lines(lines)


def _lines(lines: list[str]) -> str:
    """Lines that begin with a hyphen are a list, with what is indented below them; others a paragraph."""
    runs = [(listed, [line for _, line in run]) for listed, run in groupby(_marked(lines), key=lambda pair: pair[0])]
    return "\n".join(_list(run) if listed else _paragraph(run) for listed, run in runs)


def _marked(lines: list[str]) -> Iterator[tuple[bool, str]]:
    """Each line, and whether it belongs to a list."""
    listed = False
    for line in lines:
        listed = line.startswith("- ") or (listed and line.startswith("  "))
        yield listed, line


def _paragraph(lines: list[str]) -> str:
    return f'<p style="margin:0 0 12px">{"<br>".join(map(_line, lines))}</p>'


def _line(line: str) -> str:
    """`Answer this member: mailto:…` becomes those words as a link."""
    link = _LINK.fullmatch(line)
    return f'<a href="{escape(link["link"])}">{escape(link["words"])}</a>' if link else escape(line)


def _list(lines: list[str]) -> str:
    text = "\n".join(line if line.startswith("- ") else f"\r{line.strip()}" for line in lines)
    items = (escape(item).replace("\n\r", "<br>") for item in text.removeprefix("- ").split("\n- "))
    marks = "".join(f'<li style="margin:0 0 6px">{item}</li>' for item in items)
    return f'<ul style="margin:0 0 12px;padding-left:20px">{marks}</ul>'
