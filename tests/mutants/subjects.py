"""What must not be wrong, the tests of each, and which faults nobody could see."""

from __future__ import annotations

BOOKS = "tests/budget/books/test_books.py tests/budget/books/test_posting_kinds.py"
PROOF = "tests/budget/books/test_proof.py"
PAYMENTS = (
    "tests/budget/payments/test_payments.py tests/budget/payments/test_plan.py"
    " tests/budget/payments/test_corrected.py tests/budget/payments/test_file.py"
    " tests/budget/payments/test_pages.py tests/budget/payments/test_at_once.py"
    " tests/budget/payments/test_races.py tests/budget/payments/test_recovery.py"
)
DECISIONS = "tests/visitation/decisions"
CORRECTIONS = "tests/visitation/corrections"
LETTERS = "tests/visitation/letters"
GROUND = (
    "tests/skolefleks/test_audit.py tests/skolefleks/test_encryption.py"
    " tests/skolefleks/test_idempotency.py tests/skolefleks/test_lifecycle.py"
    " tests/skolefleks/test_outbox.py tests/skolefleks/test_roles.py"
)
APPLICATIONS = "tests/applications/writing/test_applications.py"
SUBMISSION = f"{APPLICATIONS} tests/applications/writing/test_sent_back.py"

SUBJECTS = {
    "budget/tariff.py": "tests/budget/test_tariff.py",
    "budget/books/actions.py": f"{BOOKS} {DECISIONS} tests/visitation/prices",
    "budget/books/claims.py": f"{BOOKS} {PAYMENTS} tests/budget/returns {DECISIONS} {CORRECTIONS}",
    "budget/books/proof.py": f"{PROOF} {BOOKS} tests/skolefleks/operations/test_health.py",
    "budget/payments/actions.py": PAYMENTS,
    "budget/payments/planning.py": PAYMENTS,
    "budget/payments/settling.py": PAYMENTS,
    "budget/payments/rules.py": PAYMENTS,
    "budget/proposals/actions.py": (
        "tests/budget/proposals tests/budget/closing tests/budget/test_races.py"
    ),
    "visitation/decisions/actions.py": (
        f"{DECISIONS} {CORRECTIONS} tests/visitation/amendments/test_actions.py"
        " tests/visitation/law/test_law.py"
    ),
    "visitation/decisions/rules.py": f"{DECISIONS} tests/visitation/cases/test_notices.py",
    "visitation/decisions/proof.py": f"{CORRECTIONS} {DECISIONS} tests/budget/proving",
    "visitation/corrections/actions.py": f"{CORRECTIONS} {DECISIONS}",
    "visitation/releases/actions.py": f"tests/visitation/releases {DECISIONS}",
    "visitation/letters/actions.py": LETTERS,
    "visitation/letters/texts.py": f"{LETTERS} tests/budget/payments/test_recovery.py",
    "visitation/recusals/actions.py": "tests/visitation/recusals",
    "visitation/outlook/rules.py": "tests/visitation/outlook",
    "skolefleks/permissions.py": (
        f"{GROUND} tests/house/test_permissions.py tests/skolefleks/drafts"
    ),
    "skolefleks/statemachine.py": GROUND,
    "skolefleks/idempotency.py": f"{GROUND} tests/skolefleks/drafts",
    "skolefleks/audit.py": f"{GROUND} tests/budget/proving tests/skolefleks/test_access_log.py",
    "skolefleks/encryption.py": GROUND,
    "skolefleks/outbox.py": f"{GROUND} tests/skolefleks/operations tests/skolefleks/notices",
    "applications/fields/rules.py": f"tests/applications/fields {APPLICATIONS}",
    "applications/submission/actions.py": (
        f"{SUBMISSION} tests/applications/dialogue tests/applications/handover"
        " tests/applications/test_races.py"
    ),
}

BOOK_ACTS = "budget/books/actions.py"
PLANNING = "budget/payments/planning.py"
PAYMENT_RULES = "budget/payments/rules.py"
NO_EMPTY_INSTALMENT = "no instalment is of 0 DKK: the database refuses it"

# (module, function, what) -> why nobody could see it.
EQUIVALENT = {
    (BOOK_ACTS, "commit_more", "turned: amount > 0"): (
        "a year that takes nothing more is asked for 0 DKK, and no pool is ever overdrawn"
    ),
    (BOOK_ACTS, "book_payment", "turned: amount < 0"): (
        "a posting of 0 DKK is refused by the database, whatever is asked before it"
    ),
    ("budget/tariff.py", "used_by", "turned: anniversary(starts_on, years) > ends_on + ONE_DAY"): (
        "a year that is just complete costs its tariff, counted as whole or by all its days"
    ),
    ("budget/books/proof.py", "prove", "without cursor.execute(...)"): (
        "it only asks for memory: without it the same checks take longer on a million postings"
    ),
    (PLANNING, "plan_again", "turned: amount > 0"): (
        "what is 0 has been returned from a few lines above"
    ),
    (PLANNING, "plan_again", "turned: row.amount > 0"): NO_EMPTY_INSTALMENT,
    (PLANNING, "_cancel_what_no_longer_fits", "0 is 1"): NO_EMPTY_INSTALMENT,
    (PLANNING, "_cancel_what_no_longer_fits", "turned: instalment.amount < 0"): NO_EMPTY_INSTALMENT,
    (PAYMENT_RULES, "slice_in_parts", "0 is 1"): NO_EMPTY_INSTALMENT,
    (PAYMENT_RULES, "slice_in_parts", "turned: row.amount < 0"): NO_EMPTY_INSTALMENT,
}
