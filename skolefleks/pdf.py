"""Documents as PDF/A and PDF/UA, from a template and data. No network, no file but the template and two fonts."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import typst
from django.conf import settings
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Mapping


# What the two fonts hold: a PDF/A may not say what it cannot show. Anything else (emoji, Arabic) is printed as `?`.
_UNSHOWN = re.compile(
    "[^\n\u0020-\u007e\u00a0-\u024f\u2010-\u2027\u2030-\u2040\u2044-\u205e\u20a0-\u20bf\u2190-\u226f]+"
)


_IMPORT = re.compile(r'^#import "([\w-]+\.typ)"', re.MULTILINE)


TEMPLATES = settings.BASE_DIR / "templates" / "typst"


FONTS = settings.BASE_DIR / "static" / "dist" / "fonts"


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """`templates/typst/<template>.typ` with `data`, which it reads as JSON: words in it are never markup."""
    made: bytes = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(_shown(data), ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(timezone.now().timestamp()),
    )
    return made


def version(template: str) -> str:
    """The sha256 of the template with all that it imports: another one, and the same data may look otherwise."""
    told = hashlib.sha256()
    waiting = [f"{template}.typ"]
    while waiting:
        text = (TEMPLATES / waiting.pop()).read_text(encoding="utf-8")
        told.update(text.encode())
        waiting += _IMPORT.findall(text)
    return told.hexdigest()


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shown(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(inner) for inner in value]
    return (
        _UNSHOWN.sub("?", unicodedata.normalize("NFC", value)) if isinstance(value, str) else value
    )
