"""What the pages of texts read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from skolefleks import comparing
from skolefleks.danish import today
from skolefleks.models import Role, TextVersion, User
from skolefleks.texts import declarations, rules, wording
from skolefleks.texts.declarations import Group, Text

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from skolefleks.texts.wording import Reading


CHANGED = "aendrede"
DRAFTS = "udkast"
SHOWN = {CHANGED: "Ændrede", DRAFTS: "Udkast"}


@dataclass(frozen=True)
class Row:
    """One text on the list: how it reads today, and what is to come."""

    declaration: Text
    reading: Reading
    to_come: list[TextVersion]
    waiting: list[TextVersion]
    unfit: list[TextVersion]

    @property
    def is_changed(self) -> bool:
        return self.reading.number > 0

    @property
    def subject(self) -> str:
        """What its name begins with: `Svar` of `Svar: bevilget`; '' where it is whole."""
        before, colon, _ = self.declaration.label.partition(": ")
        return before if colon else ""

    @property
    def is_draft(self) -> bool:
        """Whether what is made with it is marked as a draft."""
        return self.declaration.speaks_of_law and not self.reading.is_signed

    def is_one_of(self, show: str) -> bool:
        """Whether it is among those that are shown: `aendrede`, `udkast`, or all."""
        if show == CHANGED:
            return self.is_changed or bool(self.to_come)
        if show == DRAFTS:
            return self.is_draft or bool(self.waiting)
        return True

    def holds(self, words: str) -> bool:
        """Whether a search for `words` finds it: by its name, its use or what it says."""
        one = self.declaration
        everything = (one.label, one.meaning, one.group.value, self.reading.text)
        return words.casefold() in " ".join(everything).casefold()


class Part(NamedTuple):
    """The texts of one shelf whose names begin alike; '' are the others."""

    subject: str
    rows: list[Row]


class Shelf(NamedTuple):
    """The texts of one group: all of them, or those that a search finds."""

    group: Group
    rows: list[Row]

    @property
    def parts(self) -> list[Part]:
        """The rows by what their names begin with, in the order of the first of each."""
        times = Counter(row.subject for row in self.rows)
        by_subject: dict[str, list[Row]] = {}
        for row in self.rows:
            subject = row.subject
            # A heading of its own for one text would help nobody.
            if times[subject] < 2:
                subject = ""
            by_subject.setdefault(subject, []).append(row)
        others = by_subject.pop("", [])
        parts = [Part(subject, rows) for subject, rows in by_subject.items()]
        if others:
            parts.append(Part("", others))
        return parts

    @property
    def changed(self) -> int:
        """How many the municipality has written itself."""
        return sum(row.is_one_of(CHANGED) for row in self.rows)

    @property
    def drafts(self) -> int:
        """How many wait for a signature."""
        return sum(row.is_one_of(DRAFTS) for row in self.rows)


def shelves(words: str = "", show: str = "", group: str = "") -> list[Shelf]:
    """The texts by their groups, those that the search finds. Two queries."""
    versions: dict[str, list[TextVersion]] = {}
    for version in TextVersion.objects.standing().order_by("starts_on", "number"):
        versions.setdefault(version.key, []).append(version)

    now = wording.now()
    by_group: dict[Group, list[Row]] = {one: [] for one in Group}
    for key, declaration in declarations.every().items():
        row = _row(declaration, now.reading(key), versions.get(key, []))
        is_asked_for = not group or declaration.group.slug == group
        if is_asked_for and row.is_one_of(show) and row.holds(words):
            by_group[declaration.group].append(row)
    return [Shelf(one, rows) for one, rows in by_group.items() if rows]


def _row(declaration: Text, reading: Reading, versions: list[TextVersion]) -> Row:
    day = today()
    unfit = [one for one in versions if rules.problem_in(declaration, one.text)]
    in_use = [
        one
        for one in versions
        if one.number == reading.number or not one.has_begun(day)
    ]
    return Row(
        declaration=declaration,
        reading=reading,
        to_come=[one for one in versions if not one.has_begun(day)],
        waiting=[one for one in in_use if one.waits_for_signature],
        unfit=unfit,
    )


def waiting_for(user: User) -> list[tuple[Text, TextVersion]]:
    """What waits for the person's signature. One query."""
    texts = declarations.every()
    versions = TextVersion.objects.standing().filter(takes_two=True, signed_by=None)
    newest: dict[str, TextVersion] = {}
    for version in versions.select_related("written_by").order_by("number"):
        newest[version.key] = version
    return [
        (texts[key], version)
        for key, version in newest.items()
        if key in texts and rules.may_sign(version, user)
    ]


def unsigned_from(day: date) -> list[TextVersion]:
    """What waits for a signature and begins on `day` or later; of a text the newest alone."""
    newest: dict[str, TextVersion] = {}
    # Whoever wrote another since has no use for a signature under the first.
    for version in TextVersion.objects.standing().order_by("number"):
        newest[version.key] = version
    return [
        version
        for version in newest.values()
        if version.waits_for_signature and version.starts_on >= day
    ]


class Version(NamedTuple):
    """One version in the history, with its state and what it changed."""

    version: TextVersion
    state: str
    tone: str
    changes: list[comparing.Word]


def history(declaration: Text) -> list[Version]:
    """All versions of one text, the newest first, each beside the one it took over from."""
    rows = TextVersion.objects.filter(key=declaration.key).order_by("number")
    budget = comparing.Budget(comparing.STEPS_ON_A_PAGE)
    before = declaration.default
    number = wording.now().reading(declaration.key).number
    lines = []
    for version in rows.select_related("written_by", "signed_by", "withdrawn_by"):
        state, tone = _state_of(version, number)
        changes = _changes(before, version.text, budget)
        lines.append(Version(version, state, tone, changes))
        # What was taken back was never there to be changed.
        if version.withdrawn_on is None:
            before = version.text
    return lines[::-1]


def _changes(old: str, new: str, budget: comparing.Budget) -> list[comparing.Word]:
    try:
        return comparing.compare(old, new, budget)
    except comparing.Overspent:
        return [comparing.Word("old", old), comparing.Word("new", new)]


def _state_of(version: TextVersion, in_force: int) -> tuple[str, str]:
    """In words, with the tone of it on a screen."""
    if version.withdrawn_on:
        return "Taget tilbage", "neutral"
    if version.waits_for_signature and version.number >= in_force:
        return "Udkast: venter på underskrift", "warning"
    if not version.has_begun(today()):
        return "Kommer", "info"
    if version.number == in_force:
        return "Gælder", "success"
    return "Afløst", "neutral"


def last_number(key: str) -> int:
    """How many versions there are: what a form is shown with."""
    return TextVersion.objects.filter(key=key).count()


def signers(by: User) -> QuerySet[User]:
    """Who can sign what `by` wrote."""
    return User.objects.holding(Role.ADMINISTRATOR).exclude(pk=by.pk)


def show_in_place(declaration: Text, reading: Reading) -> dict[str, Any] | None:
    """What the preview shows where the text reads so, on a made-up case.

    None for what was written for an older version of the system and does not fit.
    """
    if rules.problem_in(declaration, reading.text):
        return None
    with_it = wording.Wording(today(), {declaration.key: reading})
    return declaration.preview.make(with_it)
