"""The cases of the queue, and what happens to them."""

from __future__ import annotations

from django.utils import timezone

from applications.models import Recusal
from visitation.assessments import actions as assessments

QUEUE = "/visitation/"


def numbers(client, **choice):
    return [row.number for row in client.get(QUEUE, choice).context["page"].rows]


def counts(client, **choice):
    return {
        label: count
        for label, _, count, _ in client.get(QUEUE, choice).context["tabs"]
        if count is not None
    }


def number(case):
    return case.application.number


def recuse(user, case):
    Recusal.objects.create(
        application=case.application,
        user=user,
        origin="declared",
        set_by=user,
        set_at=timezone.now(),
    )


def assess(case, by):
    assessments.assess(case, weight=3, tariff=200_000, why="Støtte hver dag.", by=by)
