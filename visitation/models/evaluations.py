"""The scheme's evaluation by year: what is written to it, who signed, and the frozen versions."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from applications.models import TEXT
from skolefleks.encryption import EncryptedTextField, key_ring
from skolefleks.models.places import KEY
from skolefleks.permissions import EVERYWHERE, Reach
from skolefleks.triggers import append_only
from visitation.lifecycle import EVALUATION, EvaluationStatus

if TYPE_CHECKING:
    from skolefleks.statemachine import StateMachine


class Evaluation(models.Model):
    """The evaluation of one fiscal or school year, as it is being written.

    `year` is the year in which it begins. Texts are written until a chief has signed; then
    `source` holds the figures that both sign.
    """

    LIFECYCLE: ClassVar[StateMachine] = EVALUATION

    class Span(models.TextChoices):
        FISCAL = "fiscal", "Regnskabsår"
        SCHOOL = "school", "Skoleår"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    span = models.CharField(max_length=6, choices=Span)
    year = models.PositiveSmallIntegerField("år")
    status = models.CharField(
        max_length=8, choices=EvaluationStatus, default=EvaluationStatus.WRITING
    )
    committee_text = EncryptedTextField(
        "kvalitetsudvalgets vurdering", max_length=TEXT, blank=True, default=""
    )
    # Read by the version before this one alone: they go with the next.
    sik_text = EncryptedTextField(blank=True, default="", editable=False)
    bur_text = EncryptedTextField(blank=True, default="", editable=False)
    # JSON; empty until the first signature.
    source = EncryptedTextField("tallene", blank=True, default="")
    written_at = models.DateTimeField("senest skrevet", null=True)

    class Meta:
        ordering = ("-year", "span")
        constraints = (
            models.UniqueConstraint(
                fields=("span", "year"), name="a_year_has_one_evaluation"
            ),
        )

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        """What the trail and the access log call it."""
        return f"evaluering {self.span} {self.year}"

    @property
    def lies_at(self) -> Reach:
        return EVERYWHERE

    @property
    def figures(self) -> dict[str, Any] | None:
        """What the chiefs sign; None until one of them has."""
        if not self.source:
            return None
        return dict(json.loads(self.source))


class ChiefText(models.Model):
    """What the chief of one centre writes to an evaluation, until it is signed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.PROTECT, related_name="chief_texts"
    )
    centre = models.CharField("center", max_length=KEY)
    text = EncryptedTextField("tekst", max_length=TEXT, blank=True, default="")

    class Meta:
        ordering = ("centre",)
        constraints = (
            models.UniqueConstraint(
                fields=("evaluation", "centre"), name="a_centre_writes_one_text"
            ),
        )

    def __str__(self) -> str:
        return self.centre


class EvaluationSignature(models.Model):
    """One centre's chief has signed the version that is to come."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.PROTECT, related_name="signatures"
    )
    # Of the version that it is for.
    number = models.PositiveSmallIntegerField()
    centre = models.CharField("center", max_length=KEY)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("underskrevet")
    taken_back_at = models.DateTimeField("taget tilbage", null=True)

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(
                fields=("evaluation", "number", "centre"),
                condition=Q(taken_back_at__isnull=True),
                name="a_centre_signs_a_version_once",
            ),
        )
        triggers = (
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return f"{self.centre} {self.number}"


class EvaluationVersion(models.Model):
    """A frozen version: signed by both chiefs, numbered, and never changed.

    `source` is what committee and chiefs read, `published` what everybody else may.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField("version")
    # JSON both, with the texts and the names of who signed.
    source = EncryptedTextField("tallene")
    published = EncryptedTextField("de offentliggjorte tal")
    frozen_at = models.DateTimeField("låst")

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("evaluation", "number"),
                name="a_version_of_an_evaluation_has_its_number",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.evaluation_id} {self.number}"

    def get_absolute_url(self) -> str:
        span = Evaluation.Span(self.evaluation.span)
        slug = f"{SLUGS[span]}-{self.evaluation.year}"
        return reverse("evaluation:version", args=[slug, self.number])

    @property
    def subject(self) -> str:
        return f"{self.evaluation.subject}, version {self.number}"

    def figures(self, *, published: bool) -> dict[str, Any]:
        """All that the version says: figures, texts and who signed."""
        text = self.source
        if published:
            text = self.published
        return dict(json.loads(text))


# How the years are called in an address.
SLUGS = {Evaluation.Span.FISCAL: "regnskabsaar", Evaluation.Span.SCHOOL: "skoleaar"}


class EvaluationPaper(models.Model):
    """The PDF of a frozen version, made once, for one of the two kinds of reader."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        EvaluationVersion, on_delete=models.PROTECT, related_name="papers"
    )
    is_published = models.BooleanField("uden små tal")
    template_sha256 = models.CharField(max_length=64)
    # Encrypted with the same keys as the texts.
    sealed_pdf = models.BinaryField()
    pdf_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("version", "is_published"),
                name="a_version_has_one_paper_for_each_reader",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def context(self) -> str:
        """What the encryption binds the bytes to, so that no row can hold another's."""
        return f"{self._meta.db_table}.sealed_pdf.{self.pk}"

    @property
    def content(self) -> bytes:
        return key_ring().open_bytes(bytes(self.sealed_pdf), self.context)
