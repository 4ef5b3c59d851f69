"""People, places and roles; the audit trail, the access log, the outbox. Knows nothing of pupils, cases or money."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from collections.abc import Iterable


def append_only() -> tuple[pgtrigger.Trigger, ...]:
    """The triggers of a table whose rows are written once: the database refuses to change, delete or empty them."""
    return (
        pgtrigger.Protect(name="is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
        never_emptied(),
    )


def never_emptied() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="is_never_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME;",
    )


def fixed(name: str, columns: str) -> pgtrigger.Trigger:
    """The trigger of a table whose `columns` (encrypted ones too, which `pgtrigger.ReadOnly` cannot compare) stay."""
    old, new = (", ".join(f"{row}.{column}" for column in columns.split()) for row in ("OLD", "NEW"))
    changed = pgtrigger.Condition(f"NOT (({old}) IS NOT DISTINCT FROM ({new}))")  # pgtrigger drops outer brackets
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update, condition=changed)


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


class Centre(models.TextChoices):
    SIK = "C-SIK", "Center for Skoler, Institutioner og Kultur"
    BUR = "C-BUR", "Center for Børne- og Ungerådgivning"


class District(models.Model):
    name = models.CharField("distrikt", max_length=80, unique=True)
    sort_key = models.PositiveSmallIntegerField("rækkefølge")

    class Meta:
        ordering = ("sort_key",)

    def __str__(self) -> str:
        return self.name


class School(models.Model):
    name = models.CharField("skole", max_length=80, unique=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="schools")

    class Meta:
        ordering = ("district__sort_key",)

    def __str__(self) -> str:
        return self.name


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
    mail_choice = models.CharField("mail", max_length=8, choices=MailChoice, default=MailChoice.ACTING)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(email=Lower("email")), name="an_e_mail_is_lower_case"),)

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
        return frozenset(m.school_id for m in self.current_memberships if m.role in wanted and m.school_id)

    def titles(self) -> list[str]:
        return [membership.label for membership in self.current_memberships]


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> MembershipQuerySet:
        return self.filter(ended_at__isnull=True)


SCHOOL_ROLES = (Role.SCHOOL_LEADER, Role.SCHOOL_STAFF)


class Membership(models.Model):
    """One role of one person, at the school or the centre it is held. Ended, never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("rolle", max_length=24, choices=Role)
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
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


class AuditEntry(models.Model):
    """What was done, by whom, to what. Append-only, without foreign keys, without personal data in its payload."""

    at = models.DateTimeField(auto_now_add=True)
    actor_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    subject = models.CharField(max_length=40, blank=True)
    payload = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=("subject", "id"), name="audit_by_subject"),)
        triggers = (
            *append_only(),
            pgtrigger.Trigger(
                name="is_sealed_at_commit",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                func="""
                    PERFORM pg_advisory_xact_lock(hashtext('skolefleks.audit'));
                    INSERT INTO skolefleks_auditseal (entry_id, hash)
                    SELECT NEW.id, sha256(
                        coalesce((SELECT hash FROM skolefleks_auditseal ORDER BY position DESC LIMIT 1), ''::bytea)
                        || convert_to(audit_text(NEW), 'UTF8')
                    );
                    RETURN NEW;
                """,
            ),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"


class AuditSeal(models.Model):
    """The chain over the audit trail: each hash covers the one before it. Written by the database at commit."""

    position = models.BigAutoField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.position)


class AccessEntry(models.Model):
    """Who saw what of a named case, and when. If it cannot be written, the page is refused."""

    class Kind(models.TextChoices):
        VIEW = "view", "Læst"
        SEARCH = "search", "Søgt"
        REVEAL = "reveal", "CPR-nummer vist"
        PRINT = "print", "Udskrevet"
        EXPORT = "export", "Eksporteret"

    at = models.DateTimeField(auto_now_add=True)
    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    subject = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = (models.Index(fields=("subject", "-id"), name="access_by_subject"),)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Notice(models.Model):
    """What one person is told: a case number, a link and a fixed sentence, never what the case is about."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    topic = models.CharField(max_length=60)
    subject = models.CharField("sag", max_length=40)
    text = models.CharField("besked", max_length=200)
    path = models.CharField(max_length=200)
    must_act = models.BooleanField("kræver handling", default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField("læst", null=True)
    mailed_at = models.DateTimeField("sendt som mail", null=True)

    class Meta:
        indexes = (
            models.Index(fields=("user", "-id"), name="ones_notices"),
            models.Index(fields=("user",), condition=Q(read_at__isnull=True), name="ones_unread_notices"),
            models.Index(fields=("subject", "topic"), name="notices_by_subject"),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.subject}"


class OutboxMessage(models.Model):
    """A thing to do after commit. This table is the truth; Celery is its bell."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(max_length=60)
    payload: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("due_at",), condition=Q(done_at__isnull=True), name="outbox_waiting"),)

    def __str__(self) -> str:
        return self.topic


class IdempotencyKey(models.Model):
    """One sending of one form: the same key has the same effect once."""

    key = models.UUIDField(primary_key=True)
    user_id = models.BigIntegerField()
    fingerprint = models.BinaryField(max_length=32)
    location = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return str(self.key)
