"""Documents as PDF/A and PDF/UA, from a template and data.

Nothing is read but the template, what it imports, and the two fonts.
"""

from __future__ import annotations

import base64
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
    from collections.abc import Iterator, Mapping


_IMPORT = re.compile(r'^#import "([\w-]+\.typ)"', re.MULTILINE)


TEMPLATES = settings.BASE_DIR / "templates" / "typst"


FONTS = settings.BASE_DIR / "static" / "dist" / "fonts"

# Typst takes files of text alone from memory, and a picture shall lie on no disk:
# so a drawing holds it, in which the JPEG stands byte for byte. Millimetres.
PICTURE_SIZE = (178, 238)
PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}">
<image width="{0}" height="{1}" href="data:image/jpeg;base64,{2}"/></svg>"""


def render(
    template: str,
    data: Mapping[str, Any],
    *,
    pictures: Mapping[str, bytes] | None = None,
) -> bytes:
    """`templates/typst/<template>.typ` with `data`, as PDF/A and PDF/UA.

    The template reads `data` as JSON: nothing that somebody wrote in it is ever
    markup. `pictures` are JPEGs of our own, by the names under which it shows them.
    """
    # What is older than the profile says who it is from as the site does today.
    whole = {"municipality": trade.letterhead(), **data}
    words = json.dumps(pdf_text.printable(whole), ensure_ascii=False)
    source: Any = TEMPLATES / f"{template}.typ"
    if pictures:
        source = _in_memory(template, pictures)
    content: bytes = typst.compile(
        source,
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
    for _, text in _texts_of(template):
        digest.update(text.encode())
    return digest.hexdigest()


def _texts_of(template: str) -> Iterator[tuple[str, str]]:
    """(file name, text) of the template, and then of all that it imports."""
    unread = [f"{template}.typ"]
    while unread:
        name = unread.pop()
        text = (TEMPLATES / name).read_text(encoding="utf-8")
        yield name, text
        unread += _IMPORT.findall(text)


def _in_memory(template: str, pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """The template and its pictures as files that are on no disk."""
    (_, main), *imports = _texts_of(template)
    files = {"main.typ": main.encode()}
    files |= {name: text.encode() for name, text in imports}
    for name, jpeg in pictures.items():
        encoded = base64.b64encode(jpeg).decode()
        drawing = PICTURE.format(*PICTURE_SIZE, encoded)
        files[name] = drawing.encode()
    return files
