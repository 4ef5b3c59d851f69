"""Writing an evaluation, signing it, and freezing it when all chiefs have signed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from budget.models import FundingSource
from budget.proposals import rules as proposal_rules
from skolefleks import audit, outbox, pdf
from skolefleks.encryption import key_ring
from skolefleks.permissions import EVERYWHERE, require
from skolefleks.permissions import Permission as P
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.statemachine import move
from visitation.ceiling.rules import centre_of
from visitation.evaluation import publishing, queries, report, rules
from visitation.lifecycle import EvaluationStatus
from visitation.models import (
    ChiefText,
    Evaluation,
    EvaluationPaper,
    EvaluationSignature,
    EvaluationVersion,
)

if TYPE_CHECKING:
    from uuid import UUID

    from skolefleks.models import User
    from visitation.evaluation.rules import Period

SIGNED = "En centerchef har underskrevet. Underskriften skal tages tilbage, før teksten rettes."
FROZEN = "Evalueringen er låst. Begynd en ny version for at rette den."
CHANGED = "Evalueringen er ændret, siden du læste den. Læs den igen, og underskriv så."


# -- writing --
@transaction.atomic
def write(evaluation: Evaluation, *, by: User) -> Evaluation:
    """Keep the committee's text, as it stands on `evaluation`.

    Raises PermissionDenied, and NotPossible once somebody has signed.
    """
    require(by, P.EVALUATION_WRITE, at=EVERYWHERE)
    stored = _hold_to_write(evaluation)
    stored.committee_text = evaluation.committee_text
    stored.save(update_fields=["committee_text", "written_at"])
    audit.record("write_evaluation", stored, by=by)
    return stored


@transaction.atomic
def write_for_centre(own: ChiefText, *, by: User) -> ChiefText:
    """Keep what the chief of one centre writes, as it stands on `own`.

    Raises PermissionDenied for another centre's text, NotPossible once somebody
    has signed.
    """
    require(by, P.EVALUATION_SIGN, at=EVERYWHERE)
    if centre_of(by) != own.centre:
        raise PermissionDenied(P.EVALUATION_SIGN.value)

    evaluation = _hold_to_write(own.evaluation)
    evaluation.save(update_fields=["written_at"])
    texts = ChiefText.objects.filter(evaluation=evaluation, centre=own.centre)
    stored = texts.first()
    if stored is None:
        # The page's own row: its fields are marked by the row's id.
        stored = ChiefText(pk=own.pk, evaluation=evaluation, centre=own.centre)
    stored.text = own.text
    stored.save()
    audit.record("write_evaluation", evaluation, by=by, centre=own.centre)
    return stored


# -- signing --
@transaction.atomic
def sign(period: Period, *, mark: str, by: User) -> EvaluationVersion | None:
    """Sign for one's own centre; with the last signature the version is frozen and returned.

    All centres whose money it is sign, and two at least.

    `mark` is of what was read (`rules.mark_of`). Raises Refusal without the
    committee's text, Overtaken where it was changed since or the centre has
    signed, PermissionDenied.
    """
    require(by, P.EVALUATION_SIGN, at=EVERYWHERE)
    centre = centre_of(by)
    if centre is None:
        raise PermissionDenied(P.EVALUATION_SIGN.value)
    # The row first: two chiefs may sign at this moment, and the chair may be
    # writing.
    evaluation = _hold(queries.evaluation_of(period))
    if evaluation is None or not evaluation.committee_text.strip():
        raise Refusal("Kvalitetsudvalgets vurdering er ikke skrevet endnu.")
    if evaluation.status == EvaluationStatus.FROZEN:
        raise NotPossible(FROZEN)

    # The next chief signs the very figures that the first has signed.
    figures = evaluation.figures or queries.figures_now(period)
    if rules.mark_of(queries.texts_of(evaluation), figures) != mark:
        raise Overtaken(CHANGED)
    number = queries.next_number(evaluation)
    signatures = queries.signatures_of(evaluation, number)
    agreed = {signature.centre for signature in signatures}
    owners = FundingSource.objects.owners()
    if centre in agreed:
        raise Overtaken("Jeres center har allerede underskrevet.")
    if not proposal_rules.signs(centre, owners, agreed):
        raise Refusal("Jeres center har ingen penge i puljen og underskriver ikke.")

    EvaluationSignature.objects.create(
        evaluation=evaluation, number=number, centre=centre, by=by, at=timezone.now()
    )
    if proposal_rules.lacks(owners, agreed | {centre}):
        # From here on the figures and the texts are what the other chiefs sign.
        evaluation.source = json.dumps(figures, ensure_ascii=False)
        evaluation.save(update_fields=["source"])
        move(evaluation, "sign_evaluation", by=by, number=number, centre=centre)
        outbox.post("evaluation.signed", evaluation=str(evaluation.pk))
        return None
    move(evaluation, "freeze_evaluation", by=by, number=number, centre=centre)
    return _freeze(evaluation, period, figures, number)


@transaction.atomic
def take_back(period: Period, *, by: User) -> None:
    """Take one's own signature back, so that the texts can be written again.

    Those of the others go too: they signed what may be changed now. Raises
    NotPossible without one, or once the version is frozen.
    """
    require(by, P.EVALUATION_SIGN, at=EVERYWHERE)
    evaluation = _hold(queries.evaluation_of(period))
    if evaluation is None:
        raise NotPossible
    signatures = EvaluationSignature.objects.filter(
        evaluation=evaluation,
        taken_back_at=None,
        number=queries.next_number(evaluation),
    )
    if not signatures.filter(centre=centre_of(by) or "").exists():
        raise NotPossible
    signatures.update(taken_back_at=timezone.now())

    # The figures are counted anew at the next signature.
    evaluation.source = ""
    evaluation.save(update_fields=["source"])
    move(evaluation, "take_back_signature", by=by)


@transaction.atomic
def reopen(period: Period, *, by: User) -> None:
    """Begin a new version on top of the frozen one, which stays. Raises NotPossible."""
    evaluation = _hold(queries.evaluation_of(period))
    if evaluation is None:
        raise NotPossible
    evaluation.source = ""
    evaluation.save(update_fields=["source"])
    move(evaluation, "reopen_evaluation", by=by)


# -- freezing --
def _freeze(
    evaluation: Evaluation, period: Period, figures: dict[str, Any], number: int
) -> EvaluationVersion:
    signatures = queries.signatures_of(evaluation, number)
    frozen_at = timezone.now()
    words = report.words_of(queries.texts_of(evaluation), signatures, number)
    # Made at the same moment, so that page, paper and spreadsheet never differ.
    public = publishing.published(
        figures,
        before=[one.figures(published=True) for one in queries.versions_of(period)],
        earlier=queries.earlier_figures(period, published=True),
    )
    version = EvaluationVersion.objects.create(
        evaluation=evaluation,
        number=number,
        source=json.dumps(figures | words, ensure_ascii=False),
        published=json.dumps(public | words, ensure_ascii=False),
        frozen_at=frozen_at,
    )
    # The PDFs take seconds: they are made afterwards, of what was just stored.
    outbox.post("evaluation.frozen", version=str(version.pk))
    return version


@transaction.atomic
def print_papers(version_id: UUID | str) -> None:
    """Make the two PDFs of a frozen version. Does nothing where that is done already."""
    rows = EvaluationVersion.objects.select_for_update(of=("self",))
    version = rows.get(pk=version_id)
    for is_published in (False, True):
        if queries.paper_of(version, published=is_published):
            continue
        content = report.pdf_of(version.figures(published=is_published))
        paper = EvaluationPaper(
            version=version,
            is_published=is_published,
            template_sha256=pdf.version(report.TEMPLATE),
            made_at=timezone.now(),
        )
        paper.sealed_pdf = key_ring().seal_bytes(content, paper.context)
        paper.pdf_digest = key_ring().digest(content, paper.context)
        paper.save(force_insert=True)


# -- what stands in the way --
def _hold(evaluation: Evaluation) -> Evaluation | None:
    """The stored row, held until the transaction is over; None where there is none."""
    rows = Evaluation.objects.select_for_update()
    return rows.filter(span=evaluation.span, year=evaluation.year).first()


def _hold_to_write(evaluation: Evaluation) -> Evaluation:
    """The stored row, written to now; a new one where nobody began it. Raises NotPossible."""
    stored = _hold(evaluation)
    if stored is None:
        # The page's own row: its fields are marked by the row's id.
        stored = Evaluation(
            pk=evaluation.pk, span=evaluation.span, year=evaluation.year
        )
        _insert(stored)
    _require_writing(stored)
    stored.written_at = timezone.now()
    return stored


def _insert(evaluation: Evaluation) -> None:
    try:
        with transaction.atomic():
            evaluation.save(force_insert=True)
    except IntegrityError as error:
        # Two began it at the same moment.
        raise Overtaken from error


def _require_writing(evaluation: Evaluation) -> None:
    if evaluation.status == EvaluationStatus.AWAITING:
        raise NotPossible(SIGNED)
    if evaluation.status == EvaluationStatus.FROZEN:
        raise NotPossible(FROZEN)
