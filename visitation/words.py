"""What this floor's acts and things are called in the trail, as an administrator reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.operations import subjects_in_words, trail_in_words
from visitation.evaluation.rules import Period
from visitation.models import Evaluation

if TYPE_CHECKING:
    from collections.abc import Callable

VERBS = {
    "plan_meeting": "Møde planlagt",
    "change_meeting": "Møde ændret",
    "invite_committee": "Udvalget indkaldt",
    "add_to_agenda": "Sat på dagsordenen",
    "remove_from_agenda": "Taget af dagsordenen",
    "arrange_agenda": "Dagsorden ordnet",
    "lock": "Dagsorden låst",
    "unlock": "Dagsorden låst op",
    "open": "Møde åbnet",
    "take_over_effort": "Skolen er lagt sammen: indsatsen er flyttet med",
    "pass_on_meeting": "Møde givet videre til en kollega",
    "cancel": "Aflyst",
    "put_off_meeting": "Møde udsat",
    "take_up": "Taget op på mødet",
    "note_attendance": "Fremmøde noteret",
    "answer_invitation": "Svar på indkaldelse",
    "name_substitute": "Suppleant udpeget",
    "drop_substitute": "Suppleant afmeldt",
    "write_minutes": "Referat skrevet",
    "grant": "Bevilget",
    "reject": "Givet afslag",
    "postpone": "Udsat",
    "put_on_list": "Sat på venteliste",
    "take_off_list": "Taget af ventelisten",
    "undo": "Afgørelse fortrudt",
    "replace": "Afgørelse rettet",
    "annul": "Annulleret",
    "end_early": "Afsluttet før tid",
    "recuse": "Erklæret inhabil",
    "lift_recusal": "Inhabilitet ophævet",
    "classify": "Retlig karakter fastsat",
    "assess": "Vurderet",
    "ask": "Spørgsmål stillet",
    "answer": "Besvaret",
    "mark_read": "Læst",
    "note_hearing": "Partshøring noteret",
    "note_answer": "Svar på partshøring noteret",
    "begin_effort": "Indsats begyndt",
    "confirm_begun": "Begyndelse bekræftet",
    "say_not_begun": "Ikke begyndt",
    "set_phases": "Faser sat",
    "write_contacts": "Kontakter skrevet",
    "change_goal": "Mål ændret",
    "take_measurements": "Målt",
    "correct_measurement": "Måling rettet",
    "lay_follow_ups": "Opfølgninger lagt",
    "hand_in_report": "Statusrapport afleveret",
    "write_status_report": "Statusrapport skrevet",
    "write_voice": "Stemme skrevet",
    "hold_follow_up": "Opfølgning holdt",
    "settle_follow_up": "Opfølgning afsluttet",
    "settle_condition": "Vilkår afklaret",
    "hand_over_screen": "Skærm givet videre",
    "lay_closing": "Slutrapport lagt",
    "write_closing": "Slutrapport skrevet",
    "hand_in_closing": "Slutrapport afleveret",
    "write_extension": "Forlængelse skrevet",
    "send_amendment": "Sendt til udvalget",
    "withdraw_amendment": "Ændring trukket tilbage",
    "decide_amendment": "Ændring afgjort",
    "write_evaluation": "Evaluering skrevet",
    "sign_evaluation": "Evaluering underskrevet",
    "freeze_evaluation": "Evaluering låst",
    "reopen_evaluation": "Evaluering genåbnet",
}

THINGS = {
    "visitation.meeting": "Møde",
    "visitation.agendaitem": "Punkt på dagsordenen",
    "visitation.decision": "Afgørelse",
    "visitation.grant": "Bevilling",
    "visitation.recusal": "Inhabilitet",
    "visitation.assessment": "Vurdering",
    "visitation.question": "Spørgsmål",
    "visitation.effort": "Indsats",
    "visitation.followup": "Opfølgning",
    "visitation.followupwindow": "Opfølgning",
    "visitation.statusreport": "Statusrapport",
    "visitation.closing": "Slutrapport",
    "visitation.amendment": "Ændring",
    "visitation.evaluation": "Evaluering",
    "visitation.classification": "Retlig karakter",
    "visitation.document": "Dokument",
    "visitation.waitingplace": "Plads på ventelisten",
}


def _evaluation(subject: str) -> str:
    """`evaluering school 2026`, with `, version 2` after it where one was frozen."""
    evaluation, _, version = subject.partition(", ")
    _, span, year = evaluation.split()
    name = Period(Evaluation.Span(span), int(year)).name
    words = f"Evaluering af {name.lower()}"
    if version:
        return f"{words}, {version}"
    return words


SUBJECTS: dict[str, Callable[[str], str]] = {"evaluering": _evaluation}


def register() -> None:
    """Add them to the trail's and the access log's."""
    trail_in_words.register("visitation", VERBS, THINGS)
    subjects_in_words.register(SUBJECTS)
