"""Documents as PDF/A and PDF/UA, from a template and data.

Nothing is read but the template, what it imports, and the two fonts.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import typst
from django.conf import settings
from django.utils import timezone

from skolefleks import pdf_text
from skolefleks.setup import trade

if TYPE_CHECKING:
    from collections.abc import Mapping


_IMPORT = re.compile(r'^#import "([\w-]+\.typ)"', re.MULTILINE)


TEMPLATES = settings.BASE_DIR / "templates" / "typst"


FONTS = settings.BASE_DIR / "static" / "dist" / "fonts"


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """`templates/typst/<template>.typ` with `data`, as PDF/A and PDF/UA.

    The template reads `data` as JSON: nothing that somebody wrote in it is ever
    markup.
    """
    # What is older than the profile says who it is from as the site does today.
    whole = {"municipality": trade.letterhead(), **data}
    words = json.dumps(pdf_text.printable(whole), ensure_ascii=False)
    content: bytes = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": words},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(timezone.now().timestamp()),
    )
    return content


def version(template: str) -> str:
    """The sha256 of the template with all that it imports.

    With another version the same data may look otherwise, so a document
    remembers its own.
    """
    digest = hashlib.sha256()
    unread = [f"{template}.typ"]
    while unread:
        text = (TEMPLATES / unread.pop()).read_text(encoding="utf-8")
        digest.update(text.encode())
        unread += _IMPORT.findall(text)
    return digest.hexdigest()
