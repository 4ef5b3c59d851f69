"""Submitting an application to the committee, and taking it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from applications.fields import blocks
from applications.handover import actions as handover
from applications.lifecycle import Status
from applications.models import Application, Submission, SubmissionChanges
from applications.reading import queries as reading
from applications.reading import rules as reading_rules
from applications.writing import actions as writing
from skolefleks import comparing, outbox
from skolefleks.statemachine import move

if TYPE_CHECKING:
    from uuid import UUID

    from skolefleks.models import User


@transaction.atomic
def submit(application: Application, *, by: User) -> None:
    """Hand the application to the committee, and keep a copy of what was handed over.

    Raises Incomplete with all that is missing, Refusal while a paper is in
    quarantine, and what `move` raises: it cannot be submitted now, or not by
    this person.
    """
    # What somebody else wrote while this act waited for the lock is
    # submitted, too.
    writing.lock(application, whole=True)
    draft = reading.WholeApplication(application)
    handover.require_complete(draft)
    handover.settle(application, "sign", by=by)

    # Before `move`: the database refuses a case that nobody has submitted.
    now = timezone.now()
    fields = {
        "submitted_by": by,
        "submitted_at": application.submitted_at or now,
        "resubmitted_at": now,
        "days_at_school": reading_rules.days_at_school(application),
        "updated_at": now,
        "sent_back_copy": None,
    }
    Application.objects.filter(pk=application.pk).update(**fields)
    move(application, "submit", by=by)
    # Only now: a page that shows why it was refused shows the case as it stands.
    for name, value in fields.items():
        setattr(application, name, value)
    # After `move`: while the case is back at the school the lists stay as they were.
    writing.summarise(application, draft)

    # The copy is text: later changes of the fields leave it as it was.
    number = application.submissions.count() + 1
    submission = Submission.objects.create(
        application=application,
        number=number,
        at=now,
        by=by,
        content=json.dumps(draft.blocks, ensure_ascii=False),
    )
    outbox.post("application.submitted", application=str(application.pk))
    if number > 1:
        outbox.post("submission.compare", submission=str(submission.pk))


@transaction.atomic
def compare(submission_id: UUID) -> None:
    """Keep what a submission changed in the one before it. A second time does nothing."""
    submission = Submission.objects.get(pk=submission_id)
    if SubmissionChanges.objects.filter(submission=submission).exists():
        return

    before = Submission.objects.get(
        application=submission.application_id, number=submission.number - 1
    )
    parts = blocks.differences(
        before.blocks, submission.blocks, steps=comparing.STEPS_IN_A_TASK
    )
    content = json.dumps(blocks.parts_as_data(parts), ensure_ascii=False)
    SubmissionChanges.objects.create(submission=submission, content=content)


@transaction.atomic
def withdraw(application: Application, *, reason: str, by: User) -> None:
    """Take the application back. `reason` is asked for when the committee has it.

    What the committee has decided meanwhile, unknown to the school, it undoes
    itself once it is told. Raises NotPossible where the school knows of a grant
    already, and what `move` raises.
    """
    # Whole: a grant may have been made known since the school read it.
    writing.lock(application, whole=True)
    reading_rules.require_nothing_granted(application)
    # Before `move`, which leaves every case withdrawn.
    was_with_committee = application.status == Status.SUBMITTED
    handover.settle(application, "take_it_back", by=by)
    move(application, "withdraw", by=by)

    if was_with_committee:
        outbox.post("application.withdrawn", application=str(application.pk))

    application.withdrawn_reason = reason
    application.updated_at = timezone.now()
    application.save(update_fields=["withdrawn_reason", "updated_at"])
