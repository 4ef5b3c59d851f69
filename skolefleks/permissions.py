"""Who may do what, where: one table.

A view names its permission, a queryset answers `visible_to`, and nothing else
decides.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from skolefleks.models import Role as R
from skolefleks.models import User


class Request(HttpRequest):
    """A request that `allowed` let in: somebody is signed in."""

    user: User


class Scope(enum.Enum):
    """How far a role has a right."""

    OWN_SCHOOL = "egen skole"
    INVITED = "sager man er inviteret til"
    EVERYWHERE = "alle"


class Permission(enum.Enum):
    """What there is to do; the value says it to the person who may not."""

    APPLICATION_WRITE = "skrive ansøgninger"
    APPLICATION_SUBMIT = "indsende og trække ansøgninger tilbage"
    ADVISER_INVITE = "invitere rådgivere til en sag"
    DIALOGUE_WRITE = "føre dialog på en sag"
    STATEMENT_WRITE = "skrive en udtalelse i eget navn"
    CASE_READ = "læse en sag"
    QUEUE_READ = "se udvalgets kø"
    APPLICATION_SCREEN = "bede skolen om oplysninger"
    WAITING_LIST_READ = "se ventelisten"
    CASE_DECIDE = "træffe afgørelse"
    DECIDE_ALONE = "afgøre alene og sende sager i skriftlig behandling"
    ROUND_ANSWER = "svare i skriftlig behandling"
    DECISION_RELEASE = "frigive afgørelser"
    ASSESSMENT_WRITE = "give sin egen vurdering"
    QUESTION_ASK = "stille skolen spørgsmål"
    QUESTION_ANSWER = "svare på udvalgets spørgsmål"
    RECUSAL_SET = "sætte og ophæve andres inhabilitet"
    CASE_CLASSIFY = "fastsætte en sags retlige karakter"
    MEETING_LEAD = "planlægge og lede møder"
    MINUTES_APPROVE = "godkende referatet"
    CEILING_APPROVE = "godkende en takst over loftet"
    EFFORT_READ = "følge en indsats"
    EFFORT_WRITE = "føre en indsats"
    EFFORT_LEAD = "aflevere statusrapporter og afslutte opfølgninger"
    CONDITION_SETTLE = "afklare en bevillings vilkår"
    PPR_LINE_WRITE = "skrive PPR's ord til en opfølgning"
    SCALE_KEEP = "vedligeholde kommunens egne skalaer"
    EFFORT_OVERSEE = "se ledelsens overblik over indsatserne"
    EVALUATION_READ = "læse evalueringerne"
    EVALUATION_DRAFT = "se en evaluering, der er under arbejde"
    EVALUATION_WRITE = "skrive udvalgets vurdering i en evaluering"
    EVALUATION_SIGN = "underskrive en evaluering for sit center"
    POOL_READ = "se puljen og måltallene"
    POSTING_READ = "se posteringerne"
    FIGURES_WRITE = "ændre tal, måltal og kvartalsopfølgning"
    FORECAST_READ = "se prognosen"
    SCHOOL_FIGURES_READ = "se egen skoles tal"
    POOL_ALLOCATE = "tildele midler til puljen"
    PAYMENT_MAKE = "udbetale til skolerne"
    SETTINGS_KEEP = "ændre kommunens indstillinger"
    SETTING_ANSWER = "se indstillingerne og godkende en ændring"
    ACCESS_LOG_READ = "se adgangsloggen"
    PLACES_LOOK_AFTER = "passe distrikter og skoler"
    OPERATIONS_READ = "se, hvordan driften står"
    MAIL_LOOK_AFTER = "se efter mails, der ikke kom frem"
    SESSION_END = "logge andre ud"
    PEOPLE_LOOK_AFTER = "passe personer og roller"


P = Permission

OWN = Scope.OWN_SCHOOL
INVITED = Scope.INVITED
ALL = Scope.EVERYWHERE


# fmt: off
GRANTS: dict[Permission, dict[R, Scope]] = {
    P.APPLICATION_WRITE:  {R.SCHOOL_LEADER: OWN, R.SCHOOL_STAFF: OWN},
    P.APPLICATION_SUBMIT: {R.SCHOOL_LEADER: OWN},
    P.ADVISER_INVITE:     {R.SCHOOL_LEADER: OWN, R.SCHOOL_STAFF: OWN},
    P.DIALOGUE_WRITE:     {R.SCHOOL_LEADER: OWN, R.SCHOOL_STAFF: OWN, R.ADVISER: INVITED},
    P.STATEMENT_WRITE:    {R.ADVISER: INVITED},
    P.CASE_READ:          {R.SCHOOL_LEADER: OWN, R.SCHOOL_STAFF: OWN, R.ADVISER: INVITED,
                           R.COMMITTEE_MEMBER: ALL, R.COMMITTEE_CHAIR: ALL,
                           R.COMMITTEE_SECRETARY: ALL},
    P.QUEUE_READ:         {R.COMMITTEE_MEMBER: ALL, R.COMMITTEE_CHAIR: ALL,
                           R.COMMITTEE_SECRETARY: ALL},
    P.WAITING_LIST_READ:  {R.COMMITTEE_MEMBER: ALL, R.COMMITTEE_CHAIR: ALL,
                           R.COMMITTEE_SECRETARY: ALL, R.CENTRE_CHIEF: ALL},
    P.APPLICATION_SCREEN: {R.COMMITTEE_CHAIR: ALL, R.COMMITTEE_SECRETARY: ALL},
    P.CASE_DECIDE:        {R.COMMITTEE_CHAIR: ALL, R.COMMITTEE_SECRETARY: ALL},
    P.DECIDE_ALONE:       {R.COMMITTEE_CHAIR: ALL},
    P.ROUND_ANSWER:       {R.COMMITTEE_MEMBER: ALL, R.COMMITTEE_CHAIR: ALL},
    P.DECISION_RELEASE:   {R.COMMITTEE_CHAIR: ALL, R.COMMITTEE_SECRETARY: ALL},
    P.ASSESSMENT_WRITE:   {R.COMMITTEE_MEMBER: ALL, R.COMMITTEE_CHAIR: ALL},
    P.QUESTION_ASK:       {R.COMMITTEE_MEMBER: ALL, R.COMMITTEE_CHAIR: ALL,
                           R.COMMITTEE_SECRETARY: ALL},
    P.QUESTION_ANSWER:    {R.SCHOOL_LEADER: OWN, R.SCHOOL_STAFF: OWN},
    P.RECUSAL_SET:        {R.COMMITTEE_CHAIR: ALL, R.COMMITTEE_SECRETARY: ALL},
    P.CASE_CLASSIFY:      {R.COMMITTEE_CHAIR: ALL, R.COMMITTEE_SECRETARY: ALL},
    P.MEETING_LEAD:       {R.COMMITTEE_CHAIR: ALL, R.COMMITTEE_SECRETARY: ALL},
    P.MINUTES_APPROVE:    {R.COMMITTEE_CHAIR: ALL},
    P.CEILING_APPROVE:    {R.CENTRE_CHIEF: ALL},
    P.EFFORT_READ:        {R.SCHOOL_LEADER: OWN, R.SCHOOL_STAFF: OWN, R.ADVISER: INVITED,
                           R.COMMITTEE_MEMBER: ALL, R.COMMITTEE_CHAIR: ALL,
                           R.COMMITTEE_SECRETARY: ALL},
    P.EFFORT_WRITE:       {R.SCHOOL_LEADER: OWN, R.SCHOOL_STAFF: OWN},
    P.EFFORT_LEAD:        {R.SCHOOL_LEADER: OWN},
    P.CONDITION_SETTLE:   {R.SCHOOL_LEADER: OWN, R.SCHOOL_STAFF: OWN, R.COMMITTEE_CHAIR: ALL,
                           R.COMMITTEE_SECRETARY: ALL},
    P.PPR_LINE_WRITE:     {R.ADVISER: INVITED},
    P.SCALE_KEEP:         {R.ADMINISTRATOR: ALL},
    P.EFFORT_OVERSEE:     {R.SCHOOL_LEADER: OWN, R.COMMITTEE_CHAIR: ALL, R.CENTRE_CHIEF: ALL},
    P.EVALUATION_READ:    {R.CENTRE_CHIEF: ALL, R.COMMITTEE_MEMBER: ALL, R.COMMITTEE_CHAIR: ALL,
                           R.COMMITTEE_SECRETARY: ALL, R.IMPLEMENTATION_GROUP: ALL},
    P.EVALUATION_DRAFT:   {R.CENTRE_CHIEF: ALL, R.COMMITTEE_MEMBER: ALL, R.COMMITTEE_CHAIR: ALL,
                           R.COMMITTEE_SECRETARY: ALL},
    P.EVALUATION_WRITE:   {R.COMMITTEE_CHAIR: ALL, R.COMMITTEE_SECRETARY: ALL},
    P.EVALUATION_SIGN:    {R.CENTRE_CHIEF: ALL},
    P.POOL_READ:          {R.CENTRE_CHIEF: ALL, R.COMMITTEE_MEMBER: ALL, R.COMMITTEE_CHAIR: ALL,
                           R.COMMITTEE_SECRETARY: ALL, R.IMPLEMENTATION_GROUP: ALL},
    P.POSTING_READ:       {R.CENTRE_CHIEF: ALL},
    P.FIGURES_WRITE:      {R.CENTRE_CHIEF: ALL},
    P.FORECAST_READ:      {R.CENTRE_CHIEF: ALL, R.COMMITTEE_MEMBER: ALL, R.COMMITTEE_CHAIR: ALL,
                           R.COMMITTEE_SECRETARY: ALL},
    P.SCHOOL_FIGURES_READ: {R.SCHOOL_LEADER: OWN},
    P.POOL_ALLOCATE:      {R.CENTRE_CHIEF: ALL},
    P.PAYMENT_MAKE:       {R.CENTRE_CHIEF: ALL},
    P.SETTINGS_KEEP:      {R.ADMINISTRATOR: ALL},
    P.SETTING_ANSWER:     {R.ADMINISTRATOR: ALL, R.CENTRE_CHIEF: ALL},
    P.ACCESS_LOG_READ:    {R.ADMINISTRATOR: ALL},
    P.PLACES_LOOK_AFTER:  {R.ADMINISTRATOR: ALL},
    P.OPERATIONS_READ:    {R.ADMINISTRATOR: ALL},
    P.MAIL_LOOK_AFTER:    {R.ADMINISTRATOR: ALL},
    P.SESSION_END:        {R.ADMINISTRATOR: ALL},
    P.PEOPLE_LOOK_AFTER:  {R.ADMINISTRATOR: ALL},
}


# fmt: on
class Reach(enum.Enum):
    """What a right is asked over when it is not one thing at one school."""

    EVERYWHERE = "whatever belongs to no school"
    ANYWHERE_AT_ALL = "at least somewhere: for menus, and for entering a page"


EVERYWHERE = Reach.EVERYWHERE
ANYWHERE_AT_ALL = Reach.ANYWHERE_AT_ALL


class Place(Protocol):
    """What a right is held over: it lies at a school, and some are invited to it."""

    @property
    def school_id(self) -> int: ...

    def has_invited(self, user: User) -> bool: ...


Where = Place | Reach


def may(user: User | AnonymousUser, permission: Permission, *, at: Where) -> bool:
    """Whether `user` holds `permission` over `at`: a case, EVERYWHERE, or ANYWHERE_AT_ALL.

    A right over EVERYWHERE is held by a role that has it for all schools, and
    by no other.
    """
    # Nobody is signed in, or Django's own stand-in for a person.
    # Nobody signed in holds anything.
    if not isinstance(user, User):
        return False

    scope_of = GRANTS[permission]
    scopes = {scope_of[role] for role in user.roles if role in scope_of}

    if at is ANYWHERE_AT_ALL:
        return bool(scopes)
    if Scope.EVERYWHERE in scopes:
        return True
    # What lies at no school is nobody's own, and nobody is invited to it.
    if isinstance(at, Reach):
        return False

    if Scope.OWN_SCHOOL in scopes and at.school_id in schools_of(user, permission):
        return True
    return Scope.INVITED in scopes and at.has_invited(user)


def require(user: User, permission: Permission, *, at: Where) -> None:
    """Raise PermissionDenied (403) unless `may`."""
    if not may(user, permission, at=at):
        raise PermissionDenied(permission.value)


def schools_of(user: User, permission: Permission) -> frozenset[int]:
    """The ids of the schools where the person holds `permission` for their own school."""
    scopes = GRANTS[permission]
    roles = [role for role in scopes if scopes[role] is Scope.OWN_SCHOOL]
    return user.schools_as(roles)


def holds(user: User, permission: Permission, scope: Scope) -> bool:
    """Whether one of the person's roles gives `permission` with just this `scope`."""
    return any(GRANTS[permission].get(role) is scope for role in user.roles)


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def allowed(*permissions: Permission) -> Callable[[View], View]:
    """Mark a view: one of `permissions` is needed to enter, or only a sign-in where none is named.

    Who is not signed in is led to sign-in; without the right the answer is 403.
    What one may see inside is for `visible_to` to say.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(
            request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return _to_login(request)
            if permissions and not _holds_one_of(request.user, permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        # By this a test finds the views that are marked.
        guarded.allowed = permissions  # type: ignore[attr-defined]
        return cast("View", guarded)

    return mark


def public(view: View) -> View:
    """Mark a view that needs no sign-in; a view without any mark fails the suite."""
    view.allowed = "public"  # type: ignore[attr-defined]
    return view


def _holds_one_of(user: User, permissions: Iterable[Permission]) -> bool:
    return any(may(user, permission, at=ANYWHERE_AT_ALL) for permission in permissions)


def _to_login(request: HttpRequest) -> HttpResponse:
    """Sign-in, and back to the page; htmx sends the whole page there, not only its part."""
    if request.headers.get("HX-Request"):
        # htmx shows no answer that is an error, but follows this header all the same.
        response = HttpResponse(status=401)
        page_url = request.headers.get("HX-Current-URL", "/")
        response["HX-Redirect"] = redirect_to_login(page_url).url
        return response
    if request.method == "POST" and _holds_text(request):
        # Nobody is known here whose draft it could become: the browser has it back.
        login = redirect_to_login(_page_before(request)).url
        page = render(request, "signed_out_text.html", {"login": login}, status=401)
        add_never_cache_headers(page)
        return page
    if request.method == "POST":
        # What was sent cannot be sent by going there: back to the page it came from.
        messages.warning(request, "Du var logget ud, så det blev ikke gjort endnu.")
        return redirect_to_login(_page_before(request))
    return redirect_to_login(request.get_full_path())


def _holds_text(request: HttpRequest) -> bool:
    """Whether a text was sent that no draft holds: without JavaScript there is none."""
    if "draft" in request.POST:
        return False
    texts = itertools.chain.from_iterable(values for _, values in request.POST.lists())
    return any(" " in text.strip() for text in texts)


def _page_before(request: HttpRequest) -> str:
    """The page of ours that sent the form; the start page where the browser does not say."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}
    ):
        return "/"
    parts = urlsplit(referer)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))
