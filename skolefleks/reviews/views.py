"""The half-yearly review of who has which rights."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from skolefleks.danish import today
from skolefleks.models import Review, ReviewLine
from skolefleks.pages import act, attempt, page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.refusals import Refusal
from skolefleks.reviews import actions, queries, rules


@page(P.PEOPLE_LOOK_AFTER)
def reviews(request: Request) -> HttpResponse:
    """Every review, and when the next one is due."""
    last = queries.last_finished()
    context = {
        "trail": [("Personer", reverse("people")), ("Gennemgang", "")],
        "reviews": queries.all_reviews(),
        "under_way": queries.under_way(),
        "due_on": rules.next_day(last),
        "is_due": rules.is_due(last, today()),
    }
    return render(request, "skolefleks/reviews/reviews.html", context)


@act(P.PEOPLE_LOOK_AFTER)
def begin(request: Request) -> HttpResponse:
    """Begin one, with every role that is held."""
    try:
        review = actions.begin(by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("reviews")
    return redirect("review", review.pk)


@page(P.PEOPLE_LOOK_AFTER)
def review(request: Request, pk: int) -> HttpResponse:
    """One review, line by line."""
    review = get_object_or_404(Review.objects.select_related("begun_by"), pk=pk)
    lines = queries.lines_of(review)
    above = ("Gennemgang", reverse("reviews"))
    context = {
        "trail": [("Personer", reverse("people")), above, ("Linje for linje", "")],
        "review": review,
        "lines": lines,
        "left": sum(not line.verdict for line in lines),
        "oneself": request.user.pk,
    }
    return render(request, "skolefleks/reviews/review.html", context)


@act(P.PEOPLE_LOOK_AFTER)
def sign(request: Request, pk: int, line: int) -> HttpResponse:
    """Sign one line: the role is kept, or it ends."""
    lines = ReviewLine.objects.select_related("membership__user")
    review_line = get_object_or_404(lines, pk=line, review=pk)
    reply = request.POST.get("svar")
    # A role ends by the word for it, never because a word is missing.
    if reply not in {"behold", "afslut"}:
        raise BadRequest("Neither to keep nor to end.")
    keeps = reply == "behold"
    attempt(request, actions.sign, review_line, keeps=keeps, by=request.user)
    return redirect(f"{reverse('review', args=[pk])}#linje-{line}")
