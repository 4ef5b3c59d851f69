"""People, the roles they hold, and where they hold them."""

from __future__ import annotations

import json
from functools import cache, cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from skolefleks.danish import day, today
from skolefleks.models import by_hand
from skolefleks.models.places import KEY, School

if TYPE_CHECKING:
    from collections.abc import Collection


class Traits(NamedTuple):
    """What a role is to a school and to the committee: the lists of roles below come from it."""

    # Held at one school, and nowhere else.
    at_school: bool = False
    in_committee: bool = False
    # Counts when a meeting is to decide.
    in_quorum: bool = False
    # Comes to judge cases, and so may be recused from one.
    judges: bool = False

    # What the person is called in minutes; who holds several roles is called by
    # the lowest rank.
    title: str = ""
    rank: int = 0


_CHAIR = Traits(
    in_committee=True, in_quorum=True, judges=True, title="Formand", rank=1
)
_SECRETARY = Traits(in_committee=True, judges=True, title="Sekretær", rank=2)
_MEMBER = Traits(
    in_committee=True, in_quorum=True, judges=True, title="Medlem", rank=3
)
_AT_SCHOOL = Traits(at_school=True)
_CHIEF = Traits(judges=True)
_BESIDE = Traits()


class Role(models.TextChoices):
    """Who a person is to SkoleFleks (`domain.md`, "Who"): value, traits, label."""

    traits: Traits

    # fmt: off
    SCHOOL_LEADER        = "school_leader",        _AT_SCHOOL,  "Distriktsskoleleder"
    SCHOOL_STAFF         = "school_staff",         _AT_SCHOOL,  "Pædagogisk leder"
    ADVISER              = "adviser",                           "Rådgiver"
    COMMITTEE_MEMBER     = "committee_member",     _MEMBER,     "Medlem af kvalitetsudvalget"
    COMMITTEE_CHAIR      = "committee_chair",      _CHAIR,      "Formand for kvalitetsudvalget"
    COMMITTEE_SECRETARY  = "committee_secretary",  _SECRETARY,  "Sekretær for kvalitetsudvalget"
    CENTRE_CHIEF         = "centre_chief",         _CHIEF,      "Centerchef"
    IMPLEMENTATION_GROUP = "implementation_group",              "Følgegruppen"
    ADMINISTRATOR        = "administrator",                     "Systemadministrator"
    # fmt: on

    def __new__(cls, value: str, traits: Traits = _BESIDE) -> Self:
        role = str.__new__(cls, value)
        role._value_ = value
        role.traits = traits
        return role


SCHOOL_ROLES = tuple(role for role in Role if role.traits.at_school)

COMMITTEE_ROLES = tuple(role for role in Role if role.traits.in_committee)

QUORUM_ROLES = tuple(role for role in Role if role.traits.in_quorum)

JUDGE_ROLES = tuple(role for role in Role if role.traits.judges)

# Without a holder of these nobody could give a role, decide, or answer for the
# money: of a centre chief one for each centre.
KEPT_ROLES = (Role.ADMINISTRATOR, Role.COMMITTEE_CHAIR, Role.CENTRE_CHIEF)

_titled = [role for role in Role if role.traits.title]

# The highest first: who holds several roles is named in minutes by the first of them.
MINUTE_TITLES = {
    role: role.traits.title
    for role in sorted(_titled, key=lambda role: role.traits.rank)
}


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None) -> User:
        """Store a person; without a password nobody can sign in as them but by single sign-on."""
        user = self.model(email=email.strip().lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def holding(
        self, *roles: Role, school: int | None = None
    ) -> models.QuerySet[User]:
        """Everybody who holds one of `roles` today, at `school` where one is named."""
        memberships = Membership.objects.current().filter(role__in=roles)
        if school is not None:
            memberships = memberships.filter(school=school)
        return self.filter(pk__in=memberships.values("user"), is_active=True)

    def at_work(self, school: int) -> models.QuerySet[User]:
        """Everybody who works at `school` today."""
        return self.holding(*SCHOOL_ROLES, school=school)

    # Django's name for finding a person by what they sign in with.
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class MailChoice(models.TextChoices):
    """When a person gets mail of what is new: their own choice."""

    ACTING = (
        "acting",
        "Straks, når jeg skal gøre noget; resten samlet én gang om dagen",
    )
    AT_ONCE = "at_once", "Straks hver gang"
    DAILY = "daily", "Alt samlet i én mail om dagen"


@cache
def _current_sql() -> str:
    """The roles of a person that hold on a day: what `current` says, by hand (`by_hand`)."""
    return f"""
        SELECT {by_hand.columns_of(Membership)}, {by_hand.columns_of(School)},
            ({by_hand.UNREAD}), ({by_hand.SETTINGS}), ({by_hand.CENTRES})
        FROM skolefleks_membership
        LEFT JOIN skolefleks_school ON skolefleks_school.id = school_id
        WHERE user_id = %s AND ended_at IS NULL
            AND (starts_on IS NULL OR starts_on <= %s)
            AND (ends_on IS NULL OR ends_on >= %s)
        ORDER BY skolefleks_membership.id
    """  # noqa: S608  the text is ours


# Two who end the last two at once would else each find the other still there.
_ONE_AT_A_TIME = "PERFORM pg_advisory_xact_lock(hashtext('skolefleks.kept_roles'));"

_KEPT = ", ".join(f"'{role.value}'" for role in KEPT_ROLES)

# Who holds `gone`'s role for good; a stand-in's days end by themselves.
_ANOTHER_HOLDS = """
    SELECT FROM skolefleks_membership other
    JOIN skolefleks_user holder ON holder.id = other.user_id
    WHERE other.role = gone.role AND other.ended_at IS NULL AND other.ends_on IS NULL
        AND (other.starts_on IS NULL OR other.starts_on <= now()::date)
        AND (gone.role <> 'centre_chief' OR other.centre = gone.centre)
        AND holder.is_active
"""

# A centre that is closed needs no chief any more; it owns no money then.
_CENTRE_IS_CLOSED = """
    SELECT FROM skolefleks_centre c
    WHERE gone.role = 'centre_chief' AND c.key = gone.centre AND c.closed_on IS NOT NULL
"""

# No foreign key, since most roles are held in no centre. A centre is never deleted
# and keeps its key, so that what is true here stays true.
_IS_A_CENTRE = """
    IF NEW.centre <> '' AND NOT EXISTS (
        SELECT FROM skolefleks_centre WHERE key = NEW.centre
    ) THEN
        RAISE EXCEPTION 'there is no centre %', NEW.centre
            USING ERRCODE = 'foreign_key_violation',
                CONSTRAINT = 'a_role_is_held_in_a_centre_that_there_is';
    END IF;
    RETURN NEW;
"""


def _keeps_a_holder(leaving: str) -> str:
    """The body of a guard: `leaving` is the SQL of the memberships that may be the last ones."""
    return f"""
        {_ONE_AT_A_TIME}
        IF EXISTS (
            SELECT FROM ({leaving}) gone
            WHERE gone.role IN ({_KEPT}) AND gone.ended_at IS NULL
                AND gone.ends_on IS NULL AND NOT EXISTS ({_ANOTHER_HOLDS})
                AND NOT EXISTS ({_CENTRE_IS_CLOSED})
        ) THEN
            RAISE EXCEPTION 'the last holder of a role that must be held';
        END IF;
        RETURN NULL;
    """


class User(AbstractBaseUser):
    """A person who signs in. What they may do stands on their memberships alone."""

    # Stored in lower case, so that it is unique however it is written.
    email = models.EmailField("e-mail", unique=True)
    name = models.CharField("navn", max_length=120)
    is_active = models.BooleanField("aktiv", default=True)
    mail_choice = models.CharField(
        "mail", max_length=8, choices=MailChoice, default=MailChoice.ACTING
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="an_e_mail_is_lower_case"
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="the_last_holder_stays_active",
                operation=pgtrigger.UpdateOf("is_active"),
                when=pgtrigger.After,
                condition=pgtrigger.Q(old__is_active=True, new__is_active=False),
                func=_keeps_a_holder(
                    "SELECT * FROM skolefleks_membership WHERE user_id = OLD.id"
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @cached_property
    def current_memberships(self) -> list[Membership]:
        """The roles held today, read once a request.

        Each knows how many notices wait unread, which the header of every page
        shows, the changed settings, and the centres.
        """
        params = [self.pk, self.pk, today(), today()]
        rows = by_hand.instances(_current_sql(), params, Membership, School)
        memberships = []
        for membership, school, unread, setup, centres in rows:
            membership.user, membership.school = self, school
            membership.unread = unread
            membership.setup = json.loads(setup or "null")
            membership.centres = json.loads(centres or "null")
            memberships.append(membership)
        return memberships

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(
            Role(membership.role) for membership in self.current_memberships
        )

    def schools_as(self, roles: Collection[Role]) -> frozenset[int]:
        """The ids of the schools where the person holds one of `roles`."""
        schools = set()
        for membership in self.current_memberships:
            if membership.role in roles and membership.school_id:
                schools.add(membership.school_id)
        return frozenset(schools)

    def titles(self) -> list[str]:
        return [membership.label for membership in self.current_memberships]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        """Those that hold today: a stand-in's begins and ends with its days."""
        now = today()
        has_begun = Q(starts_on__isnull=True) | Q(starts_on__lte=now)
        is_not_over = Q(ends_on__isnull=True) | Q(ends_on__gte=now)
        return self.open().filter(has_begun, is_not_over)

    def open(self) -> MembershipQuerySet:
        """Those that nobody has ended: also what begins on a later day."""
        return self.filter(ended_at__isnull=True)

    def past(self) -> MembershipQuerySet:
        """Those whose last day is over, though nobody has ended them."""
        return self.open().filter(ends_on__lt=today())


class Membership(models.Model):
    """One role of one person, at the school or the centre it is held. Ended, never deleted.

    A stand-in holds it from a day to a day, both included.
    """

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField("rolle", max_length=24, choices=Role)
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The key of a `Centre`.
    centre = models.CharField("center", max_length=KEY, blank=True)
    title = models.CharField("titel", max_length=80, blank=True)
    starts_on = models.DateField("fra", null=True, blank=True)
    ends_on = models.DateField("til og med", null=True, blank=True)
    stands_in_for = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Given by the municipality's sign-on, and taken by it again. What is given here
    # stands apart.
    from_sign_on = models.BooleanField(
        "fra kommunens login", default=False, db_default=False
    )
    # Nothing of a role that is older than these columns and the trail.
    given_at = models.DateTimeField("givet", null=True, blank=True)
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField("ophørt", null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=SCHOOL_ROLES, school__isnull=False)
                | ~Q(role__in=SCHOOL_ROLES) & Q(school__isnull=True),
                name="a_school_role_is_held_at_a_school",
            ),
            models.UniqueConstraint(
                fields=("user", "role", "school", "centre"),
                condition=Q(ended_at__isnull=True),
                # A role without a school would else be given any number of times.
                nulls_distinct=False,
                name="nobody_holds_the_same_role_twice",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="a_role_ends_after_it_begins",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="names_a_centre_that_there_is",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("centre"),
                when=pgtrigger.Before,
                func=_IS_A_CENTRE,
            ),
            pgtrigger.Trigger(
                name="the_last_holder_keeps_the_role",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.After,
                func=_keeps_a_holder("SELECT OLD.*"),
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What the person is called on screen: 'Distriktsskoleleder, Baltorpskolen'."""
        title = self.title or Role(self.role).label

        place = self.centre
        if self.school:
            place = self.school.name

        if not place:
            return title
        return f"{title}, {place}"

    @property
    def days(self) -> str:
        """`fra 1. august 2026 til og med 31. december 2026`; '' for a role without days."""
        parts = []
        if self.starts_on:
            parts.append(f"fra {day(self.starts_on)}")
        if self.ends_on:
            parts.append(f"til og med {day(self.ends_on)}")
        return " ".join(parts)
