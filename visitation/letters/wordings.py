"""All texts of the letters that the municipality writes itself (skolefleks.texts)."""

from __future__ import annotations

from visitation.letters import of_changes, of_decisions, of_headings, of_law

TEXTS = of_decisions.TEXTS + of_changes.TEXTS + of_headings.TEXTS + of_law.TEXTS
