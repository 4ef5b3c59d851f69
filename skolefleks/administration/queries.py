"""What the pages of people read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from allauth.socialaccount.models import SocialAccount
from django.db.models import Exists, OuterRef, Prefetch, Q

from skolefleks.administration import rules
from skolefleks.models import Membership, Notice, Role, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from skolefleks.administration.reading import Line

# By the word in the address: the label, and the field a page is ordered by.
ORDERS = {
    "navn": ("Navn", "name"),
    "senest": ("Senest logget ind", "-last_login"),
    "laengst": ("Længst siden logget ind", "last_login"),
}

STANDINGS = {
    "aktive": "Aktive",
    "aldrig": "Har aldrig logget ind",
    "uden": "Uden rolle",
    "inaktive": "Deaktiverede",
    "alle": "Alle",
}


def people(
    *,
    words: str = "",
    role: str = "",
    school: int | None = None,
    standing: str = "aktive",
    order: str = "navn",
) -> QuerySet[User]:
    """Those who fit, with the roles they hold today (`held`) and whether a sign-on is tied.

    Ordered by the time of sign-in, those who never signed in are left out.
    """
    tied = SocialAccount.objects.filter(user=OuterRef("pk"))
    rows: QuerySet[User] = User.objects.annotate(is_tied=Exists(tied))
    rows = _of_standing(rows, standing)
    if order != "navn":
        rows = rows.filter(last_login__isnull=False)
    # Every word has to be found: in the name, or in the address.
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(email__icontains=word))

    held_today = Membership.objects.current().select_related("school")
    roles_sought = held_today
    if role:
        roles_sought = roles_sought.filter(role=role)
    if school:
        roles_sought = roles_sought.filter(school=school)
    if role or school:
        rows = rows.filter(pk__in=roles_sought.values("user"))
    return rows.prefetch_related(Prefetch("memberships", held_today, to_attr="held"))


def roles_of(person: User) -> list[Membership]:
    """All roles the person holds, will hold or has held, the newest first."""
    roles = person.memberships.select_related(
        "school", "given_by", "ended_by", "stands_in_for"
    )
    return list(roles.order_by("-id"))


def colleagues_of(person: User) -> QuerySet[Membership]:
    """Who else holds, today, a role that the person holds or held: their roles. One query."""
    # What they held as well: work is handed over after a role has ended.
    roles = person.memberships.values("role")
    current = Membership.objects.current().filter(role__in=roles)
    others = current.filter(user__is_active=True).exclude(user=person)
    return others.select_related("user", "school").order_by("user__name")


def unread_of(person: User) -> int:
    """How many notices wait; they go over to nobody, since what they are about is told anew."""
    return Notice.objects.filter(user=person, read_at=None).count()


def identities_of(person: User) -> list[Any]:
    """The sign-on's identities that are tied to the person."""
    return list(SocialAccount.objects.filter(user=person).order_by("date_joined"))


@dataclass(frozen=True)
class Plan:
    """What an import would do, line by line, and why it cannot."""

    new: list[Line] = field(default_factory=list)
    more_roles: list[Line] = field(default_factory=list)
    unchanged: list[Line] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """The same while the import would do the same."""
        new = [str(line.number) for line in self.new]
        more_roles = [str(line.number) for line in self.more_roles]
        return f"{','.join(new)}/{','.join(more_roles)}"


def plan_of(lines: Iterable[Line], *, by: User) -> Plan:
    """Sort the lines by what they would do. Takes two queries, however many there are."""
    lines = list(lines)
    emails = {line.email for line in lines}
    people_by_email = {
        person.email: person for person in User.objects.filter(email__in=emails)
    }
    # A role that begins later counts too: it is not given twice.
    open_roles = Membership.objects.open().filter(user__email__in=emails)
    roles_held = set(open_roles.values_list("user__email", "role", "school", "centre"))

    plan = Plan()
    for line in lines:
        person = people_by_email.get(line.email)
        error = _error_of(line, person, by)
        if error:
            plan.errors.append((line.number, error))
        elif person is None:
            plan.new.append(line)
        elif (line.email, line.role, line.school_id, line.centre) in roles_held:
            plan.unchanged.append(line)
        else:
            plan.more_roles.append(line)
    return plan


def _error_of(line: Line, person: User | None, by: User) -> str:
    if person is None:
        return ""
    if person.pk == by.pk:
        return rules.OwnRoles.message
    if not person.is_active:
        return f"{person.name} er deaktiveret. Aktivér personen først."
    if person.name.casefold() != line.name.casefold():
        return f"E-mailen hører til {person.name}, ikke {line.name}."
    return ""


def _of_standing(rows: QuerySet[User], standing: str) -> QuerySet[User]:
    if standing == "alle":
        return rows
    if standing == "inaktive":
        return rows.filter(is_active=False)

    rows = rows.filter(is_active=True)
    if standing == "aldrig":
        rows = rows.filter(last_login__isnull=True)
    if standing == "uden":
        with_role = Membership.objects.current().values("user")
        rows = rows.exclude(pk__in=with_role)
    return rows


def role_choices() -> list[tuple[str, str]]:
    return [(role.value, role.label) for role in Role]
