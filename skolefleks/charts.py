"""Pictures of the figures: Vega-Lite drawn as SVG on the server, each with its table. Knows no request and no query.

Read in black and white, without colour: values and levels are written beside what they belong to, lines differ by their
dashes, made-up years are outlined only.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from collections.abc import Sequence


INK, QUIET, FILL, LINE = "#16242c", "#5a6a73", "#b9d3df", "#0b4f6c"


TONES = {
    "paid": (LINE, "#ffffff"),
    "committed": (FILL, INK),
    "free": ("#ffffff", INK),
}  # (of a bar, of words on it)


# What is drawn is measured with the fonts of vl-convert and shown with the page's.
FONT = "IBM Plex Sans, Liberation Sans, Arial, sans-serif"


CONFIG: dict[str, Any] = {
    "font": FONT,
    "aria": False,  # the picture has one label of its own, and its table
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "labelFontSize": 13,
        "domainColor": QUIET,
        "ticks": False,
        "labelPadding": 6,
    },
    "text": {"color": INK, "fontSize": 13},
    "header": {"labelColor": INK, "labelFontSize": 13, "labelFontWeight": 600, "labelPadding": 4},
}


_UNSEEN = (
    (re.compile(r'<path class="(?:fore|back)ground"[^>]*/>'), ""),
    (re.compile(r' (?:class|role|aria-[a-z]+|pointer-events|font-family)="[^"]*"'), ""),
    (re.compile(r' opacity="1"| xmlns:xlink="[^"]*"'), ""),
    (re.compile(r"(\d\.\d)\d+"), r"\1"),
)


FORGET_AFTER = 30 * 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class Chart:
    """What `components/chart.html` shows: the picture for wide and for narrow screens, and the table beside it."""

    title: str
    wide: SafeString
    narrow: SafeString
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    note: str


def draw(spec: dict[str, Any], label: str) -> SafeString:
    """The SVG of a Vega-Lite spec, drawn once: kept by what it is drawn from. No style, no script, one label."""
    text = json.dumps([spec, label], sort_keys=True)
    key = "chart:" + hashlib.sha256(text.encode()).hexdigest()
    svg: str | None = cache.get(key)
    if svg is None:
        svg = _labelled(_convert({**spec, "config": CONFIG}), label)
        cache.set(key, svg, FORGET_AFTER)
    return mark_safe(svg)  # noqa: S308 - Vega escapes what it writes, `_labelled` the rest


def _convert(spec: dict[str, Any]) -> str:
    import vl_convert  # a JavaScript engine: only the process that draws pays for it

    svg: str = vl_convert.vegalite_to_svg(spec, format_locale="da-DK", allowed_base_urls=[])
    return svg


def _labelled(svg: str, label: str) -> str:
    """One picture to a screen reader, named by its content; a third of the size without what nobody sees."""
    for pattern, instead in _UNSEEN:
        svg = pattern.sub(instead, svg)
    said = f'role="img" aria-label="{escape(label)}" focusable="false" font-family="{FONT}"'
    return svg.replace("<svg ", f"<svg {said} ", 1)
