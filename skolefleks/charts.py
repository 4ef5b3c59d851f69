"""Pictures of figures: a Vega-Lite spec is drawn as SVG on the server, and has its table beside it.

Pictures are read in black and white too: values stand beside what they belong
to, lines differ by their dashes, and what is made up is outlined only.
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

Spec = dict[str, Any]

INK = "#16242c"
QUIET = "#5a6a73"
FILL = "#b9d3df"
LINE = "#0b4f6c"
PAPER = "#ffffff"

# The colours of a bar, and of the words on it.
TONES = {
    "paid": (LINE, PAPER),
    "committed": (FILL, INK),
    "free": (PAPER, INK),
}

# What is drawn is measured with the fonts of vl-convert and shown with the page's.
FONT = "IBM Plex Sans, Liberation Sans, Arial, sans-serif"

CONFIG: Spec = {
    "font": FONT,
    # The picture has one label of its own, and its table.
    "aria": False,
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
    "header": {
        "labelColor": INK,
        "labelFontSize": 13,
        "labelFontWeight": 600,
        "labelPadding": 4,
    },
}

# A layer with this draws its mark once, and not once for each value of the picture.
DRAWN_ONCE: Spec = {"data": {"values": [{}]}}

# What Vega writes and nobody sees, and what stands instead: a third of the size
# is left.
UNSEEN = (
    (re.compile(r'<path class="(?:fore|back)ground"[^>]*/>'), ""),
    (
        re.compile(r' (?:class|role|aria-[a-z]+|pointer-events|font-family)="[^"]*"'),
        "",
    ),
    (re.compile(r' opacity="1"| xmlns:xlink="[^"]*"'), ""),
    (re.compile(r"(\d\.\d)\d+"), r"\1"),
)

# Seconds.
FORGET_AFTER = 30 * 24 * 60 * 60


@dataclass(frozen=True)
class Chart:
    """What `components/chart.html` shows: a picture for wide and narrow screens, and its table.

    A column is its heading, and whether it holds numbers. `note` says what the
    lines mean.
    """

    title: str
    wide: SafeString
    narrow: SafeString
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    note: str


def layer(mark: Spec, **encoding: object) -> Spec:
    """One layer of a picture: what is drawn, and which value of the data decides what about it."""
    return {"mark": mark, "encoding": encoding}


def draw(spec: Spec, label: str) -> SafeString:
    """The SVG of a Vega-Lite spec, with no style and no script, and `label` for a screen reader.

    It takes some 50 ms once; the cache keeps it by what it is drawn from.
    """
    text = json.dumps([spec, label], sort_keys=True)
    key = "chart:" + hashlib.sha256(text.encode()).hexdigest()

    svg: str | None = cache.get(key)
    if svg is None:
        svg = put_label(convert({**spec, "config": CONFIG}), label)
        cache.set(key, svg, FORGET_AFTER)
    return mark_safe(svg)  # noqa: S308 - Vega escapes what it writes, `put_label` the rest


def convert(spec: Spec) -> str:
    """The SVG as Vega writes it."""
    # It brings a JavaScript engine: only the process that draws is to pay for that.
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(
        spec, format_locale="da-DK", allowed_base_urls=[]
    )
    return svg


def put_label(svg: str, label: str) -> str:
    """One picture to a screen reader, named by its content, and without what nobody sees."""
    for pattern, instead in UNSEEN:
        svg = pattern.sub(instead, svg)

    attributes = f'role="img" aria-label="{escape(label)}" focusable="false" font-family="{FONT}"'
    return svg.replace("<svg ", f"<svg {attributes} ", 1)
