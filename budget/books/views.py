"""The books line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from budget.books import filters, measures, queries, rules
from budget.models import links
from skolefleks.danish import kr, moment, whole
from skolefleks.pages import NOT_DONE, page
from skolefleks.paging import page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request

if TYPE_CHECKING:
    from budget.books.filters import PostingFilter
    from budget.books.measures import Measure, Sums
    from budget.models import FundingSource, Posting
    from skolefleks.models import User

Facts = list[tuple[str, str]]

# All that a line shows, and what a figure counts of it.
LINE_FIELDS = (
    "pool_id",
    "kind",
    "amount",
    "places",
    "days",
    "source_id",
    "district_id",
    "reverses_id",
    "made_at",
    "text",
    "made_by__name",
    "reversed_by__id",
)


@page(P.POSTING_READ)
def postings(request: Request) -> HttpResponse:
    """Every line of the books that the address asks for, newest first.

    Behind a figure, what adds up to it.
    """
    posting_filter = filters.filter_of(request)
    measure = posting_filter.measure
    # Districts and frames are read for the filters: the rows need not bring their own.
    rows = posting_filter.rows().select_related("made_by", "reversed_by")
    page = page_of(rows.only(*LINE_FIELDS), request.GET, by="-id")

    # Above the lines stands the figure they are behind, or how the year stands now: the sums that
    # are kept know no other day and no single proposal.
    figure = None
    standing = None
    if measure:
        figure = _figure(posting_filter, measure)
    elif not posting_filter.day and not posting_filter.proposal:
        standing = _standing(posting_filter)

    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Posteringer", "")],
        "page": page,
        "lines": _lines(page.rows, posting_filter, request.user),
        "posting_filter": posting_filter,
        **_choices(posting_filter),
        "figure": figure,
        "standing": standing,
    }
    status = 200
    if posting_filter.form.errors:
        status = NOT_DONE
    return render(request, "budget/books/postings.html", context, status=status)


class Line(NamedTuple):
    """A posting as the list shows it.

    `corrections` are (text, address) of what it reverses and of what reverses it. `case_url` is
    empty for who may not open it, `counted` where the list stands behind no figure.
    """

    number: int
    url: str
    made_at: str
    year: int
    kind: str
    corrections: list[tuple[str, str]]
    text: str
    case_url: str
    place: str
    amount: str
    counted: str
    made_by: str


def _lines(
    rows: list[Posting], posting_filter: PostingFilter, user: User
) -> list[Line]:
    # Asked once for the page: the right is the same for all rows.
    opens_cases = rules.may_open_every_case(user)
    return [_line(posting, posting_filter, opens_cases) for posting in rows]


def _line(posting: Posting, posting_filter: PostingFilter, opens_cases: bool) -> Line:
    case_url = ""
    if opens_cases:
        case_url = links.case_address(posting.text)
    counted = ""
    if posting_filter.measure:
        counted = posting_filter.measure.counts(posting)

    # A posting is of a district, or of a frame.
    if posting.district_id:
        place = posting_filter.districts[posting.district_id].name
    else:
        place = posting_filter.sources[posting.source_id or 0].name

    return Line(
        number=posting.pk,
        url=_url_of(posting.pk),
        made_at=moment(posting.made_at),
        year=posting.pool_id,
        kind=posting.get_kind_display(),
        corrections=_corrections(posting),
        text=posting.text,
        case_url=case_url,
        place=place,
        amount=kr(posting.amount),
        counted=counted,
        made_by=posting.made_by.name,
    )


def _corrections(posting: Posting) -> list[tuple[str, str]]:
    corrections = []
    if posting.reverses_id:
        text = f"Retter nr. {posting.reverses_id}"
        corrections.append((text, _url_of(posting.reverses_id)))
    # Most are never reversed, and then there is no such attribute.
    reversal = getattr(posting, "reversed_by", None)
    if reversal:
        corrections.append((f"Rettet med nr. {reversal.pk}", _url_of(reversal.pk)))
    return corrections


def _url_of(number: int) -> str:
    return reverse("budget:posting", args=[number])


def _choices(posting_filter: PostingFilter) -> dict[str, Any]:
    """The options of the page's filters: (value, name, whether it is chosen)."""
    years = [(str(year), year == posting_filter.year) for year in posting_filter.years]
    kinds = [
        (value, label, value == posting_filter.kind)
        for value, label in filters.kind_choices()
    ]

    districts = []
    for pk, district in posting_filter.districts.items():
        districts.append((str(pk), district.name, district == posting_filter.district))
    sources = []
    for pk, source in posting_filter.sources.items():
        sources.append((str(pk), source.name, source == posting_filter.source))
    return {
        "years": years,
        "kinds": kinds,
        "districts": districts,
        "sources": sources,
    }


def _figure(posting_filter: PostingFilter, measure: Measure) -> dict[str, Any]:
    """The figure that the postings stand behind, and how it comes about from all of them."""
    # Over all that the filter lets through, not over the page.
    sums = measures.add_up(posting_filter.rows())
    source = posting_filter.source
    if source and measure in (measures.TOTAL_USED, measures.TOTAL_FREE):
        lines = _part_of_frame(posting_filter, source, measure, sums)
    else:
        lines = measures.explain(measure, sums, posting_filter.year)

    title = measure.label
    if posting_filter.year:
        title += f" {posting_filter.year}"
    place = posting_filter.district or source
    if place:
        title += f", {place}"

    in_all = f"{whole(sums.count)} posteringer"
    if sums.count == 1:
        in_all = "1 postering"
    return {
        "title": title,
        "lines_in_all": in_all,
        "lines": lines[:-1],
        "value": lines[-1][1],
    }


def _part_of_frame(
    posting_filter: PostingFilter, source: FundingSource, measure: Measure, sums: Sums
) -> Facts:
    """A frame's part of what all of them bear, and what it leaves of what the frame has put in."""
    used = 0
    if posting_filter.year:
        for pool in queries.pools([posting_filter.year], posting_filter.day):
            used = sum(
                frame.used for frame in pool.frames if frame.source_id == source.pk
            )

    lines = [
        (measures.TOTAL_USED.label, kr(sums.used)),
        ("Rammens del af det", kr(used)),
    ]
    if measure == measures.TOTAL_USED:
        return lines
    return [
        ("Tildelt fra rammen", kr(sums.allocated)),
        *lines,
        (measure.label, kr(sums.allocated - used)),
    ]


def _standing(posting_filter: PostingFilter) -> tuple[str, Facts]:
    """How the year and the district stand.

    What is allocated and free belongs to the whole pool, not to a district.
    """
    year = posting_filter.year or "alle år"
    district = posting_filter.district
    totals = queries.totals_of(year=posting_filter.year, district=district)
    used = [("Disponeret", kr(totals.committed)), ("Udbetalt", kr(totals.paid))]

    if district:
        return f"Sådan står {year}, {district}", used
    return (
        f"Sådan står {year}, hele puljen",
        [("Tildelt", kr(totals.allocated)), *used, ("Fri", kr(totals.free))],
    )
