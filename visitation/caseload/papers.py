"""The papers that the demo's schools lay on their cases: made here, and examined as any other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typst
from django.utils import timezone

from applications.models import Paper
from applications.papers import actions
from applications.papers.checking import Upload
from skolefleks.pdf import FONTS

if TYPE_CHECKING:
    from applications.models import Application
    from skolefleks.models import User

# As a school's own word processor would set it: none of the product's templates.
SOURCE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(lang: "da", font: "IBM Plex Sans", size: 11pt)
#set page(paper: "a4", margin: 25mm)
#set par(spacing: 1.2em)
= #data.title
#data.lead
#table(
  columns: data.columns.len(),
  inset: 6pt,
  table.header(..data.columns.map(name => strong(name))),
  ..data.rows.flatten(),
)
#for text in data.texts [#par(text)]
"""


def lay_on(
    application: Application, papers: list[dict[str, Any]], *, by: User
) -> None:
    """Lay each of `papers` (a case's part of papers.json) on a draft, ready to be read."""
    for data in papers:
        upload = Upload(data["file"], Paper.Kind.PDF, _as_pdf(data))
        paper = actions.lay_on(application, upload, by=by)
        # The worker does it otherwise; nothing is submitted before.
        actions.examine_paper(paper.pk)


def _as_pdf(data: dict[str, Any]) -> bytes:
    # The library's types know a text from memory with a folder from memory alone.
    source: Any = SOURCE.encode()
    content: bytes = typst.compile(
        source,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(timezone.now().timestamp()),
    )
    return content
