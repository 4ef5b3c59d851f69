"""Who may do what, where: one table.

A view names its permission, a queryset has `visible_to`, and nothing else decides.
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
    ALL_SCHOOLS = "alle"


class Permission(enum.Enum):
    """A right. Its value says in Danish what one may do by it."""

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
ALL = Scope.ALL_SCHOOLS


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
    """What `may` is asked about when it is no thing at one school."""

    EVERYWHERE = "whatever belongs to no school"
    ANYWHERE_AT_ALL = "at least somewhere: for menus, and for entering a page"


EVERYWHERE = Reach.EVERYWHERE
ANYWHERE_AT_ALL = Reach.ANYWHERE_AT_ALL


class Place(Protocol):
    """A thing that one may have a right to, such as a case: at a school, with people invited."""

    @property
    def school_id(self) -> int: ...

    def has_invited(self, user: User) -> bool: ...


Where = Place | Reach


def may(user: User | AnonymousUser, permission: Permission, *, at: Where) -> bool:
    """Whether `user` holds `permission` over `at`: a case, EVERYWHERE, or ANYWHERE_AT_ALL.

    A right over EVERYWHERE is held by a role that has it for all schools, and by no other.
    """
    # Django's AnonymousUser: without a sign-in nobody has any right.
    if not isinstance(user, User):
        return False

    scope_by_role = GRANTS[permission]
    scopes = {scope_by_role[role] for role in user.roles if role in scope_by_role}

    if at is ANYWHERE_AT_ALL:
        return bool(scopes)
    if Scope.ALL_SCHOOLS in scopes:
        return True
    # EVERYWHERE: no role with a smaller scope reaches what belongs to no school.
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
    roles = []
    for role, scope in GRANTS[permission].items():
        if scope is Scope.OWN_SCHOOL:
            roles.append(role)
    return user.schools_as(roles)


def holds(user: User, permission: Permission, scope: Scope) -> bool:
    """Whether one of the person's roles gives `permission` with just this `scope`."""
    return any(GRANTS[permission].get(role) is scope for role in user.roles)


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def allowed(*permissions: Permission) -> Callable[[View], View]:
    """Mark a view: one of `permissions` is needed to enter, or only a sign-in where none is named.

    Whoever is not signed in is led to sign-in; without the right the answer is 403. What the person
    may see there is for `visible_to` to say.
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

        # For the tests, which look for views without a mark.
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
    """Lead to sign-in, and from there back to the page."""
    if request.headers.get("HX-Request"):
        # The whole page goes to sign-in, not only a part of it. htmx shows no answer with an error
        # status, but it follows this header all the same.
        response = HttpResponse(status=401)
        page_url = request.headers.get("HX-Current-URL", "/")
        response["HX-Redirect"] = redirect_to_login(page_url).url
        return response
    if request.method == "POST" and _holds_text(request):
        # Without a person the text cannot be stored as a draft: so the page gives it back.
        login = redirect_to_login(_page_before(request)).url
        page = render(request, "signed_out_text.html", {"login": login}, status=401)
        add_never_cache_headers(page)
        return page
    if request.method == "POST":
        # Sign-in leads on by a GET, which cannot send the form again: so to the page with the form.
        messages.warning(request, "Du var logget ud, så det blev ikke gjort endnu.")
        return redirect_to_login(_page_before(request))
    return redirect_to_login(request.get_full_path())


def _holds_text(request: HttpRequest) -> bool:
    """Whether a text was sent that is stored nowhere as a draft."""
    # Sent by front/drafts.js, which stores the text as a draft itself.
    if "draft" in request.POST:
        return False

    # Whatever has a space in it counts as a text: a key or a choice has none.
    values = itertools.chain.from_iterable(
        values for _, values in request.POST.lists()
    )
    return any(" " in value.strip() for value in values)


def _page_before(request: HttpRequest) -> str:
    """The page of this site that sent the form; the start page where the browser does not say."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}
    ):
        return "/"
    parts = urlsplit(referer)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))
