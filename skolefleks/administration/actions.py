"""Who comes in, what they may do, and when it is over: the acts that authority comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from skolefleks import audit
from skolefleks.administration import centres, queries, rules, work_left
from skolefleks.danish import today
from skolefleks.models import Membership, Role, User
from skolefleks.notices import mail
from skolefleks.notices.sentences import say
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.signin import actions as signin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from skolefleks.administration.queries import Plan
    from skolefleks.administration.reading import Line
    from skolefleks.models import School

# What a notice is about that is about no case.
SUBJECT = "Din adgang"

# The same lock as the database's own guard takes (skolefleks.models.people).
_LOCK_KEPT_ROLES = "SELECT pg_advisory_xact_lock(hashtext('skolefleks.kept_roles'))"


@transaction.atomic
def invite(name: str, email: str, *, by: User, **role: Any) -> User:
    """Store a new person with a first role, and write to them that they may come in.

    `role` is what `give_role` takes. Nobody gets a password: they come by the
    municipality's sign-on. Raises Refusal where somebody has the address.
    """
    require(by, Permission.PEOPLE_LOOK_AFTER, at=EVERYWHERE)
    _require_free(email)

    person = User.objects.create_user(email, name)
    audit.record("invite", person, by=by)
    give_role(person, by=by, tells=False, **role)
    _tell(person, say("adgang"), at_once=True)
    return person


@transaction.atomic
def give_role(
    person: User,
    role: Role,
    *,
    school: School | None = None,
    centre: str = "",
    title: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    stands_in_for: User | None = None,
    from_sign_on: bool = False,
    by: User | None = None,
    tells: bool = True,
) -> bool:
    """Let `person` hold `role` there, from now or in those days; False where they do already.

    Without `by` it comes from the command line, or `from_sign_on`. Raises
    OwnRoles, and Refusal where place or days do not fit the role.
    """
    _require_may(by)
    rules.require_another(person, by)
    rules.require_place(role, school, centre)
    rules.require_days(starts_on, ends_on, today())
    rules.require_stand_in(person, stands_in_for, ends_on)
    centres.require_open(centre)

    # Two who give the same role at once would else both find that nobody holds
    # it.
    _lock(person)
    _require_active(person)
    _close(person.memberships.past(), by=by)
    if _memberships(person, role, school, centre).exists():
        return False

    membership = Membership.objects.create(
        user=person,
        role=role,
        school=school,
        centre=centre,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        stands_in_for=stands_in_for,
        from_sign_on=from_sign_on,
        given_at=timezone.now(),
        given_by=by,
    )
    audit.record("give_role", membership, by=by, **_payload(membership))
    if by is not None and tells:
        _tell(person, say("ny-rolle"))
    return True


@transaction.atomic
def end_role(
    person: User,
    role: Role,
    *,
    school: School | None = None,
    centre: str = "",
    by: User | None = None,
) -> bool:
    """End the role; False where they do not hold it. Raises as `end_membership`."""
    membership = _memberships(person, role, school, centre).first()
    if membership is None:
        return False
    return end_membership(membership, by=by)


@transaction.atomic
def end_membership(membership: Membership, *, by: User | None) -> bool:
    """End one role at once; False where it is over already.

    Roles are read anew at each request. Who holds none any more is signed out
    everywhere. Raises OwnRoles, and LastHolder where nobody else holds what
    must be held.
    """
    _require_may(by)
    rules.require_another(membership.user, by)
    _lock(membership.user)
    is_open = Membership.objects.open().filter(pk=membership.pk).exists()
    if not is_open:
        return False

    _require_other_holders([membership])
    _close([membership], by=by)
    if not membership.user.memberships.open().exists():
        signin.close_sessions(membership.user, by=by)
    return True


@transaction.atomic
def move_role(membership: Membership, *, school: School, by: User) -> None:
    """Let the role be held at another school, which took over the first one."""
    require(by, Permission.PLACES_LOOK_AFTER, at=EVERYWHERE)
    person = membership.user
    _lock(person)
    _close([membership], by=by)
    if _memberships(person, Role(membership.role), school, "").exists():
        return
    moved = Membership.objects.create(
        user=person,
        role=membership.role,
        school=school,
        title=membership.title,
        starts_on=membership.starts_on,
        ends_on=membership.ends_on,
        stands_in_for=membership.stands_in_for,
        given_at=timezone.now(),
        given_by=by,
    )
    audit.record("give_role", moved, by=by, **_payload(moved))
    _tell(person, say("skole-lagt-sammen"))


@transaction.atomic
def change_person(person: User, *, name: str, email: str, by: User) -> None:
    """Write the person's name and address anew. Raises Refusal where another has the address."""
    require(by, Permission.PEOPLE_LOOK_AFTER, at=EVERYWHERE)
    _lock(person)
    email = email.strip().lower()
    if email != person.email:
        _require_free(email)

    before = (person.name, person.email)
    person.name = name
    person.email = email
    changes = []
    for field, old in zip(("name", "email"), before, strict=True):
        if getattr(person, field) != old:
            changes.append(field)
    if not changes:
        return

    person.save(update_fields=changes)
    if "email" in changes:
        # Else whoever has the old address could still come in as this person.
        signin.forget_addresses(person)
    audit.record("change_person", person, by=by, fields=changes)
    if "email" in changes:
        _tell(person, say("ny-adresse"), at_once=True)


@transaction.atomic
def deactivate(person: User, *, by: User) -> None:
    """Let the person in no more: every role ends, and every session.

    Nothing of what they have written is touched. Raises OwnRoles, LastHolder,
    and NotPossible where they are not active.
    """
    require(by, Permission.PEOPLE_LOOK_AFTER, at=EVERYWHERE)
    rules.require_another(person, by)
    _lock(person)
    if not User.objects.filter(pk=person.pk, is_active=True).exists():
        raise NotPossible(f"{person.name} er allerede deaktiveret.")

    roles = list(person.memberships.open().select_related("user"))
    _require_other_holders(roles)
    _close(roles, by=by)

    person.is_active = False
    person.save(update_fields=["is_active"])
    audit.record("deactivate", person, by=by, roles=len(roles))
    signin.close_sessions(person, by=by)


@transaction.atomic
def reactivate(person: User, *, by: User) -> None:
    """Let the person in again, with no role: each is given anew. Raises OwnRoles, NotPossible."""
    require(by, Permission.PEOPLE_LOOK_AFTER, at=EVERYWHERE)
    rules.require_another(person, by)
    _lock(person)
    if User.objects.filter(pk=person.pk, is_active=True).exists():
        raise NotPossible(f"{person.name} er allerede aktiv.")

    person.is_active = True
    person.save(update_fields=["is_active"])
    audit.record("reactivate", person, by=by)


@transaction.atomic
def import_people(lines: Sequence[Line], *, fingerprint: str, by: User) -> Plan:
    """Do all that was looked through, or nothing.

    Raises Overtaken where it would do something else by now, and Refusal as
    `invite` and `give_role`.
    """
    require(by, Permission.PEOPLE_LOOK_AFTER, at=EVERYWHERE)
    plan = queries.plan_of(lines, by=by)
    if plan.errors or plan.fingerprint != fingerprint:
        raise Overtaken(
            "En af personerne er ændret i mellemtiden. Se listen efter igen."
        )

    # A person may stand on several lines: the first one brings them in.
    people: dict[str, User] = {}
    for line in [*plan.new, *plan.more_roles]:
        person = people.get(line.email)
        if person is None:
            person = User.objects.filter(email=line.email).first()
        role: dict[str, Any] = {
            "role": line.role,
            "school": line.school,
            "centre": line.centre,
            "title": line.title,
        }
        if person is None:
            people[line.email] = invite(line.name, line.email, by=by, **role)
        else:
            people[line.email] = person
            give_role(person, by=by, **role)
    return plan


@transaction.atomic
def untie_sign_on(person: User, *, by: User) -> None:
    """Forget which identity of the sign-on is theirs: the next one with their address is.

    Raises OwnRoles: who could untie themselves could be somebody else's. Raises
    NotPossible where none is tied.
    """
    require(by, Permission.PEOPLE_LOOK_AFTER, at=EVERYWHERE)
    rules.require_another(person, by)
    _lock(person)
    if not signin.forget_identities(person):
        raise NotPossible("Der er ikke knyttet noget login til personen.")
    audit.record("untie_sign_on", person, by=by)
    signin.close_sessions(person, by=by)


@transaction.atomic
def pass_on_work(person: User, *, to: User, by: User) -> int:
    """Give what hangs on the person to somebody with the same role, and tell both; how much.

    Raises OwnRoles for work given to oneself: it opens cases. Raises Refusal
    for somebody else's trade, and NotPossible where nothing can be given.
    """
    require(by, Permission.PEOPLE_LOOK_AFTER, at=EVERYWHERE)
    rules.require_another(to, by)
    rules.require_colleague(person, to)
    _lock(person)
    count = work_left.pass_on(person, to=to, by=by)
    if not count:
        raise NotPossible(f"Der er intet, {to.name} kan tage over.")

    audit.record("pass_on_work", person, by=by, to=to.pk, count=count)
    _tell(person, say("givet-videre"))
    _tell(to, say("taget-over"), at_once=True)
    return count


def end_past_roles() -> None:
    """Close what a stand-in held whose last day is over; it gives no right since that day."""
    with transaction.atomic():
        _close(Membership.objects.past().select_related("user"), by=None)


def _close(memberships: Iterable[Membership], *, by: User | None) -> None:
    for membership in memberships:
        membership.ended_at = timezone.now()
        membership.ended_by = by
        membership.save(update_fields=["ended_at", "ended_by"])
        audit.record("end_role", membership, by=by, **_payload(membership))


def _require_may(by: User | None) -> None:
    # Without a person it is the command line, which asks for itself.
    if by is not None:
        require(by, Permission.PEOPLE_LOOK_AFTER, at=EVERYWHERE)


def _require_free(email: str) -> None:
    if User.objects.filter(email=email.strip().lower()).exists():
        raise Refusal("Der er allerede en person med den e-mail.", field="email")


def _require_active(person: User) -> None:
    if not User.objects.filter(pk=person.pk, is_active=True).exists():
        raise NotPossible(
            f"{person.name} er deaktiveret. Aktivér personen først, og giv så rollen."
        )


def _require_other_holders(leaving: list[Membership]) -> None:
    """Raise LastHolder where nobody else holds for good what must be held.

    Two who end the last two at once are heard one after the other.
    """
    must_be_held = [row for row in leaving if rules.counts_as_holder(row)]
    must_be_held = centres.without_closed(must_be_held)
    if not must_be_held:
        return
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_KEPT_ROLES)

    others = Membership.objects.current().filter(
        ends_on__isnull=True, user__is_active=True
    )
    others = others.exclude(pk__in=[membership.pk for membership in leaving])
    for membership in must_be_held:
        holders = others.filter(role=membership.role)
        if membership.role == Role.CENTRE_CHIEF:
            holders = holders.filter(centre=membership.centre)
        if not holders.exists():
            raise rules.LastHolder(rules.words_of_last_holder(membership))


def _tell(person: User, text: str, *, at_once: bool = False) -> None:
    mail.tell(
        [person],
        number=SUBJECT,
        path="/",
        text=text,
        topic="access",
        must_act=False,
        at_once=at_once,
    )


def _lock(person: User) -> None:
    """One change of a person's roles at a time.

    `no_key`: a row that refers to the person may be written meanwhile.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _memberships(person: User, role: Role, school: School | None, centre: str) -> Any:
    return person.memberships.open().filter(role=role, school=school, centre=centre)


def _payload(membership: Membership) -> dict[str, object]:
    payload: dict[str, object] = {
        "person": membership.user_id,
        "role": membership.role,
        "school": membership.school_id,
        "centre": membership.centre,
    }
    if membership.from_sign_on:
        payload["from_sign_on"] = True
    if membership.stands_in_for_id:
        payload["stands_in_for"] = membership.stands_in_for_id
    for name in ("starts_on", "ends_on"):
        value = getattr(membership, name)
        if value:
            payload[name] = value.isoformat()
    return payload
