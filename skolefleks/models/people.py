"""People, places and roles; the audit trail, the access log, the outbox. Knows nothing of pupils, cases or money."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower

from skolefleks.models.places import Centre, School

if TYPE_CHECKING:
    from collections.abc import Iterable


class Role(models.TextChoices):
    """Who a person is to SkoleFleks (`domain.md`, "Who")."""

    SCHOOL_LEADER = "school_leader", "Distriktsskoleleder"
    SCHOOL_STAFF = "school_staff", "Pædagogisk leder"
    ADVISER = "adviser", "Rådgiver"
    COMMITTEE_MEMBER = "committee_member", "Medlem af kvalitetsudvalget"
    COMMITTEE_CHAIR = "committee_chair", "Formand for kvalitetsudvalget"
    COMMITTEE_SECRETARY = "committee_secretary", "Sekretær for kvalitetsudvalget"
    CENTRE_CHIEF = "centre_chief", "Centerchef"
    IMPLEMENTATION_GROUP = "implementation_group", "Følgegruppen"
    ADMINISTRATOR = "administrator", "Systemadministrator"


SCHOOL_ROLES = (Role.SCHOOL_LEADER, Role.SCHOOL_STAFF)
COMMITTEE_ROLES = (Role.COMMITTEE_MEMBER, Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None) -> User:
        """Store a person; without a password nobody can sign in as them but by single sign-on."""
        user = self.model(email=email.strip().lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def holding(self, *roles: Role, school: int | None = None) -> models.QuerySet[User]:
        """Everybody who holds one of `roles` today, at `school` where one is named."""
        held = Membership.objects.current().filter(role__in=roles)
        if school is not None:
            held = held.filter(school=school)
        return self.filter(pk__in=held.values("user"), is_active=True)

    def at_work(self, school: int) -> models.QuerySet[User]:
        """Everybody who works at `school` today."""
        return self.holding(*SCHOOL_ROLES, school=school)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class MailChoice(models.TextChoices):
    """When a person gets mail of what is new: their own choice."""

    ACTING = "acting", "Straks, når jeg skal gøre noget; resten samlet én gang om dagen"
    AT_ONCE = "at_once", "Straks hver gang"
    DAILY = "daily", "Alt samlet i én mail om dagen"


# On every page there is, and so not put together by the ORM each time.
_UNREAD = "SELECT count(*) FROM skolefleks_notice WHERE user_id = %s AND read_at IS NULL"


class User(AbstractBaseUser):
    """A person who signs in. What they may do stands on their memberships alone."""

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

    def __str__(self) -> str:
        return self.name

    @cached_property
    def current_memberships(self) -> list[Membership]:
        """The roles held today, read once a request; each knows how many notices wait unread, for the header."""
        unread = RawSQL(_UNREAD, [self.pk], models.IntegerField())  # noqa: S611  the text is ours
        return list(self.memberships.current().select_related("school").annotate(unread=unread))

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(membership.role) for membership in self.current_memberships)

    def schools_as(self, roles: Iterable[Role]) -> frozenset[int]:
        """The ids of the schools where the person holds one of `roles`."""
        wanted = set(roles)
        return frozenset(
            m.school_id for m in self.current_memberships if m.role in wanted and m.school_id
        )

    def titles(self) -> list[str]:
        return [membership.label for membership in self.current_memberships]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        return self.filter(ended_at__isnull=True)


class Membership(models.Model):
    """One role of one person, at the school or the centre it is held. Ended, never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("rolle", max_length=24, choices=Role)
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    centre = models.CharField("center", max_length=8, choices=Centre, blank=True)
    title = models.CharField("titel", max_length=80, blank=True)
    ended_at = models.DateTimeField("ophørt", null=True, blank=True)

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
                nulls_distinct=False,
                name="nobody_holds_the_same_role_twice",
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What the person is called on screen: 'Distriktsskoleleder, Baltorpskolen'."""
        place = self.school.name if self.school else self.centre
        return ", ".join(part for part in (self.title or Role(self.role).label, place) if part)
