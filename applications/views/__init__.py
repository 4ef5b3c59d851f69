"""The school's pages, by noun."""

from applications.views.challenges import apply, challenge, new_challenge
from applications.views.dialogue import correct, dialogue, share
from applications.views.help import help_page
from applications.views.listing import cases, export
from applications.views.papers import paper, paper_picture, paper_preview, papers, remove_paper
from applications.views.statements import statement
from applications.views.steps import add_pupil, check, invite, new, pupils, receipt, remove_pupil, submit, withdraw
from applications.views.summary import summary, summary_pdf
from applications.views.writing import cooperation, environment, leadership, plan, pupil

__all__ = (
    "add_pupil",
    "apply",
    "cases",
    "challenge",
    "check",
    "cooperation",
    "correct",
    "dialogue",
    "environment",
    "export",
    "help_page",
    "invite",
    "leadership",
    "new",
    "new_challenge",
    "paper",
    "paper_picture",
    "paper_preview",
    "papers",
    "plan",
    "pupil",
    "pupils",
    "receipt",
    "remove_paper",
    "remove_pupil",
    "share",
    "statement",
    "submit",
    "summary",
    "summary_pdf",
    "withdraw",
)
