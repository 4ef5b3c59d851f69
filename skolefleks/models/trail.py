"""The audit trail and the access log, each with its chain."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils import timezone

from skolefleks.triggers import append_only


class AuditEntry(models.Model):
    """What was done, by whom, to what. Append-only, and without personal data in its payload.

    It has ids instead of foreign keys: the line stays when the person or the
    thing is gone. `mark` is the site's own (`skolefleks.audit`): whoever writes
    into the database alone cannot make one.
    """

    # Known before it is stored, since the mark covers it.
    at = models.DateTimeField(default=timezone.now, editable=False)
    actor_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=40)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    subject = models.CharField(max_length=40, blank=True)
    payload = models.JSONField(default=dict)
    # Empty on lines that are older than the marks.
    mark = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        indexes = (
            models.Index(fields=("subject", "id"), name="audit_by_subject"),
            models.Index(fields=("object_type", "object_id"), name="audit_by_object"),
            # Lines are written in the order of time: a small index is enough.
            BrinIndex(fields=("at",), name="audit_by_time"),
        )
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
                """,  # noqa: E501  a line break in it would be another trigger, and a migration
            ),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"


class AuditSeal(models.Model):
    """The chain over the audit trail: each hash covers the one before it.

    The database writes it at commit, so that the lines are chained in the order
    they were committed in, under a lock that is held for no longer than that.
    """

    position = models.BigAutoField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.position)


class AccessEntry(models.Model):
    """Who saw what of a named case, and when; who came in, and who did not.

    If it cannot be written, the page is refused. `user_id` is 0 where nobody here is known by the
    address that was typed.
    """

    class Kind(models.TextChoices):
        VIEW = "view", "Læst"
        SEARCH = "search", "Søgt"
        REVEAL = "reveal", "CPR-nummer vist"
        PRINT = "print", "Udskrevet"
        EXPORT = "export", "Eksporteret"
        SIGN_IN = "sign_in", "Logget ind"
        EMERGENCY = "glass", "Nødadgang brugt"
        REFUSED = "refused", "Login mislykket"
        LOCKED = "locked", "Login spærret en tid"
        SIGN_OUT = "sign_out", "Logget ud"
        ENDED = "ended", "Logget ud overalt"

    at = models.DateTimeField(auto_now_add=True)
    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    subject = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("subject", "-id"), name="access_by_subject"),
            BrinIndex(fields=("at",), name="access_by_time"),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class AccessSeal(models.Model):
    """The chain over the access log: each hash covers the one before it, and a batch of lines.

    The batch is every line after the last seal's `last_id` up to its own. The
    database writes it (`seal_access_log` in the migrations), some time after the
    lines: a page that is read must wait for no other.
    """

    position = models.BigAutoField(primary_key=True)
    last_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.position)
