"""The money's pages, by noun."""

from budget.views.dashboard import dashboard, postings

__all__ = ("dashboard", "postings")
