"""What each act writes to the trail, and which acts write nothing.

A verb stands once for each place in the code that can write it on the act's way. `<verb>` is one
that the code works out. `test_trail.py` holds the table to the code, in both directions.
"""

from __future__ import annotations

# What follows for an effort from a decision about its grant (visitation/efforts/following.py).
THE_EFFORT = (
    "<verb> begin_effort cancel_closing cancel_effort cancel_follow_up cancel_follow_up"
    " cancel_follow_up cancel_whereabouts end_effort lapse_amendment lay_closing lay_follow_ups"
)


def same(verbs: str) -> dict[str, str]:
    """Acts that write one line, with their own names."""
    return {verb: verb for verb in verbs.split()}


WRITES = {
    "budget.frames.actions": same("add_frame"),
    "skolefleks.administration.actions": {
        "invite": "end_role give_role invite",
        "give_role": "end_role give_role",
        "end_role": "end_role end_sessions",
        "end_membership": "end_role end_sessions",
        "change_person": "change_person",
        "pass_on_work": "pass_on_work",
        "move_role": "end_role give_role",
        "deactivate": "deactivate end_role end_sessions",
        "reactivate": "reactivate",
        "untie_sign_on": "end_sessions untie_sign_on",
        "import_people": "end_role give_role invite",
        "end_past_roles": "end_role",
    },
    "skolefleks.emergency.actions": {
        "make": "end_role end_sessions give_role make_emergency",
        "take_away": "end_emergency end_role end_sessions",
        "add_key": "add_emergency_key",
        "note_use": "<verb>",
    },
    "skolefleks.federation.probe": same("try_sign_on"),
    "skolefleks.federation.actions": {
        "follow_roles": "end_role end_sessions give_role role_kept roles_not_said"
    },
    "skolefleks.operations.backups": {"note": "backup"},
    "skolefleks.operations.trials": same("try_mail"),
    "skolefleks.places.actions": {
        **same("add_centre change_centre reopen_centre add_district change_district"),
        **same("add_school change_school close_school reopen_school"),
        "close_centre": "close_centre end_role end_sessions",
        "merge_school": "end_role give_role merge_school",
    },
    "skolefleks.reviews.actions": {
        "begin": "begin_review",
        "sign": "end_role end_sessions finish_review sign_review_line",
    },
    "skolefleks.beginning.actions": {
        "make_link": "make_first_link",
        "use": "end_role give_role use_first_link",
    },
    "skolefleks.profile.actions": {"change_profile": "change_setting"},
    "skolefleks.setup.actions": {
        act: f"{act}_setting" for act in ("change", "agree", "refuse", "withdraw")
    },
    "skolefleks.texts.actions": {act: f"{act}_text" for act in ("write", "sign", "withdraw")},
    "skolefleks.notices.actions": {"choose_mail": "choose_mail"},
    "skolefleks.signin.actions": {
        "note_sign_in": "<verb>",
        "note_sign_out": "<verb>",
        "note_failure": "<verb>",
        "note_refusal": "<verb>",
        "note_emergency": "<verb>",
        "note_lock_out": "<verb>",
        "end_sessions": "end_sessions",
        "close_sessions": "end_sessions",
    },
    "budget.accounts.actions": {"propose_accounts": "propose propose"},
    "budget.books.actions": {
        "allocate": "allocate",
        "commit": "commit",
        "release": "<VERBS[kind]>",
        "commit_more": "<VERBS[kind]> commit_more",
        "pay": "<VERBS[kind]> pay",
        "book_payment": "<VERBS[kind]> pay",
    },
    "budget.closing.actions": {
        "propose_closing": "propose propose",
        "propose_reopening": "propose propose",
    },
    "budget.figures.actions": {
        "enter": "<verb> import_figures",
        "write_figure": "<verb>",
        "set_target": "set_target",
        "drop_target": "drop_target",
    },
    "budget.payments.actions": {
        "propose": "divide propose",
        "propose_collection": "propose",
        **same("approve reject export mark_paid"),
    },
    "budget.proposals.actions": {
        "propose_allocation": "propose",
        "propose_transfer": "propose",
        "propose_opening": "propose",
        "propose_index": "propose",
        "propose_other": "propose",
        "correct": "propose",
        "approve": "<verb> allocate cancel consent correct stand",
        "agree": "<verb> consent",
        "turn_down": "<verb>",
        "take_back": "take_back",
    },
    "budget.proving.actions": {"ask": "ask_for_proof"},
    "budget.quarterly.actions": {
        "write_quarter": "write_quarter",
        "propose_signing": "propose propose",
    },
    "budget.reconciliation.actions": {"take_in": "reconcile resolve", "settle": "settle"},
    "budget.returns.actions": {"propose_return": "propose propose"},
    "applications.dialogue.actions": {
        "start_challenge": "start write",
        "pass_on_invitations": "pass_on_invitation",
        "pass_on_cases": "pass_on_case",
        "write_challenge": "write",
        "apply": "apply write",
        "write_entry": "write_entry",
        "correct": "write_entry",
        **same("share write_statement sign"),
    },
    "applications.papers.actions": {
        "lay_on": "add_paper",
        "remove_paper": "remove_paper",
        "examine_paper": "clear_paper refuse_paper",
        "clear_paper": "clear_paper",
        "refuse_paper": "refuse_paper",
    },
    "applications.handover.actions": {
        "hand_over": "hand_over",
        "take_back": "<verb>",
        "hand_back": "<verb>",
        "settle": "<verb>",
    },
    "applications.submission.actions": {"submit": "<verb> submit", "withdraw": "<verb> withdraw"},
    "applications.writing.copying": {"copy": "copy_application start"},
    "applications.writing.actions": {
        "start": "start",
        "open_case": "start",
        "take_over_cases": "take_over_case",
        "add_pupil": "add_pupil",
        "remove_pupil": "remove_pupil",
        "write_pupil": "write",
        "write": "write",
        "write_typed": "write",
        "invite": "invite",
        "touch": "write",
    },
    "visitation.agenda.actions": {
        "add_to_agenda": "add_to_agenda",
        "add_amendment": "add_to_agenda",
        "add_each_to_agenda": "add_to_agenda",
        "arrange": "arrange_agenda",
        "remove_from_agenda": "remove_from_agenda",
        "take_up": "take_up",
    },
    "visitation.agenda.free_points": same("add_point remove_point take_up_point"),
    "visitation.amendments.actions": {
        "regrant": (
            "<VERBS[kind]> <verb> annul commit conclude_round decide_amendment end_early"
            " grant lapse_round release replace"
            f" {THE_EFFORT}"
        ),
        "stop": (
            "<VERBS[kind]> <verb> annul conclude_round decide_amendment end_early lapse_round"
            " release replace"
            f" {THE_EFFORT}"
        ),
        "leave_unchanged": "<verb> conclude_round decide_amendment lapse_round release replace "
        + THE_EFFORT,
        "end_before": "<VERBS[kind]> <verb> annul end_early",
    },
    "visitation.assessments.actions": {"mark_read": "mark_read", "assess": "assess"},
    "visitation.cases.actions": {"send_back": "send_back"},
    "visitation.ceiling.actions": {"answer_ceiling": "<verb>"},
    "visitation.closings.actions": {
        "write_closing": "write_closing",
        "hand_in_closing": "hand_in_closing write_closing",
        "ask_for_whereabouts": "ask_whereabouts",
        "answer_whereabouts": "answer_whereabouts",
    },
    "visitation.corrections.actions": {
        "correct": (
            "<VERBS[kind]> <verb> annul commit conclude_round correct end_early grant"
            " lapse_round release replace"
            f" {THE_EFFORT}"
        ),
        "end_early": (
            "<VERBS[kind]> <verb> conclude_round end_early end_grant lapse_round release replace"
            f" {THE_EFFORT}"
        ),
        "cut_short": "<VERBS[kind]> <verb> end_early",
        "carry_from": "<VERBS[kind]> <verb>",
    },
    "visitation.decisions.actions": {
        "grant": "commit conclude_round grant lapse_round",
        "reject": "conclude_round lapse_round reject",
        "postpone": "conclude_round lapse_round postpone",
        "undo": "<VERBS[kind]> annul undo",
        "write": "conclude_round lapse_round",
        "create_grant": "commit grant",
        "annul": "<VERBS[kind]> annul",
        "plan_payments": "<verb>",
        "stop_payments": "<verb>",
        "plan_what_is_left": "<verb>",
    },
    "visitation.efforts.actions": {
        "take_over_efforts": "take_over_effort",
        "confirm_begun": "confirm_begun",
        "say_not_begun": "say_not_begun",
        "write_measure": "<verb>",
        **same("write_contacts set_phases change_goal settle_condition"),
    },
    "visitation.evaluation.actions": {
        "write": "write_evaluation",
        "write_for_centre": "write_evaluation",
        "sign": "freeze_evaluation sign_evaluation",
        "take_back": "take_back_signature",
        "reopen": "reopen_evaluation",
    },
    "visitation.followups.actions": {
        "write_report": "write_status_report",
        "hand_in_report": "hand_in_report",
        "say": "write_voice",
        "hold": "hold_follow_up",
        "settle": "lapse_amendment settle_follow_up",
    },
    "visitation.law.actions": {**same("classify note_hearing note_answer")},
    "visitation.measurements.actions": {
        "take": "take_measurements",
        "correct": "correct_measurement",
    },
    "visitation.meetings.actions": {
        "plan": "plan_meeting",
        "change": "change_meeting",
        "invite": "invite_committee",
        "note_attendance": "note_attendance",
        "lock_agenda": "lock",
        "unlock_agenda": "unlock",
        "open_meeting": "open",
        "close_meeting": "close",
        "reopen_meeting": "reopen",
        "cancel_meeting": "cancel",
        "pass_on_meetings": "pass_on_meeting",
    },
    "visitation.meetings.putting_off": {"put_off": "add_to_agenda close put_off_meeting"},
    "visitation.meetings.attending": {
        "answer": "answer_invitation drop_substitute name_substitute",
        "name_substitute": "drop_substitute name_substitute",
    },
    "visitation.decisions.waiting": {
        "put_on_list": "conclude_round lapse_round postpone put_on_list"
    },
    "visitation.waiting.actions": {"take_up": "add_to_agenda", "take_off": "take_off_list"},
    "visitation.identity.actions": {
        "exchange_number": "exchange_number",
        "join": "join_pupils join_pupils",
    },
    "visitation.letters.actions": {"note_given": "give_to_parents"},
    "visitation.dissents.actions": {"note_dissent": "note_dissent"},
    "visitation.packs.actions": {"ask": "ask_for_pack", "remove_old": "remove_packs"},
    "visitation.minutes.actions": {
        "write_said": "write_minutes",
        "write_of_point": "write_minutes",
        "write_remarks": "write_minutes",
        "approve_minutes": "approve",
    },
    "visitation.moves.actions": {
        "move_to_school": (
            "<VERBS[kind]> <verb> annul begin_effort commit conclude_round end_early grant"
            " lapse_amendment lapse_round move_case move_effort release replace"
            f" {THE_EFFORT}"
        )
    },
    "visitation.prices.actions": {
        "propose_index": "propose",
        "approve_index": "<VERBS[kind]> <verb> <verb> commit_more consent index",
        "pay_raised": "<verb> index",
    },
    "visitation.questions.actions": {"ask": "ask", "answer": "answer"},
    "visitation.recusals.actions": {
        "declare": "recuse",
        "set_recusal": "recuse",
        "settle": "lift_recusal recuse",
        "lift_recusal": "lift_recusal",
    },
    "visitation.releases.actions": {
        "release": f"<verb> close release replace {THE_EFFORT}",
        "make_known": f"<verb> release replace {THE_EFFORT}",
    },
    "visitation.scales.actions": {
        "add_scale": "add_scale",
        "retire_scale": "retire_scale",
        "measure_by": "add_goal",
    },
    "visitation.screens.actions": {
        "hand_over": "hand_over_screen",
        "answer": "close_screen take_measurements",
        "close": "close_screen",
    },
    "visitation.ways.actions": {
        "settle": "conclude_round lapse_round",
        "send_round": "lapse_round send_round",
        "answer_round": "agree_in_writing ask_for_meeting",
        "recall_round": "recall_round",
        "end_round_of": "lapse_round",
    },
    "skolefleks.operations.alarms": {"tell_of_reading": "unusual_reading"},
    "skolefleks.outbox": {"try_again": "try_mail_again"},
    "budget.closing.approval": {"carry_out": "close reopen"},
    "budget.quarterly.approval": {"carry_out": "sign"},
    "budget.payments.accounts": {"set_account": "set_account"},
    "budget.payments.planning": {"plan_again": "cancel cancel"},
    "budget.payments.settling": {"settle": "<VERBS[kind]> finish pay pay"},
    "budget.returns.approval": {
        "carry_out": "<VERBS[kind]> bounce cancel cancel come_back correct"
    },
    "visitation.amendments.writing": {
        "write_extension": "write_extension",
        "send_extension": "send_amendment write_extension",
        "withdraw": "lapse_round withdraw_amendment",
    },
}

# Why -> the acts that leave no line of their own.
SILENT = {
    "a question: it changes nothing": """
        skolefleks.signin.actions.people_signed_in
        skolefleks.signin.actions.sessions_of
        skolefleks.signin.actions.forget_identities
        skolefleks.signin.actions.forget_addresses
        budget.books.actions.require_free
        budget.books.actions.require_frame
        budget.books.actions.require_owed
        budget.figures.actions.trail_payload
        budget.payments.actions.file_of
        applications.handover.actions.require_complete
        applications.handover.actions.waiting_of
        applications.submission.actions.compare
        applications.writing.actions.require_editable
        visitation.agenda.actions.require_revision
        visitation.agenda.actions.require_open
        visitation.agenda.actions.times
        visitation.closings.actions.asks_for_exam
        visitation.closings.actions.right_to_answer
        visitation.efforts.actions.require_open
        visitation.efforts.actions.require_allowed
        visitation.law.actions.require_heard
        visitation.prices.actions.require_possible
        visitation.recusals.actions.require_not_recused
        visitation.releases.actions.require_chiefs
    """,
    "it holds a row until the transaction ends": """
        budget.books.actions.lock_pools
        budget.figures.actions.lock_figures
        applications.writing.actions.lock
        visitation.agenda.actions.hold_meeting
        visitation.agenda.actions.lock_meeting
        visitation.prices.actions.lock_applications
    """,
    "one's own screen, and nobody else's matter": """
        skolefleks.drafts.actions.keep skolefleks.drafts.actions.discard
        skolefleks.drafts.actions.forget_old
        skolefleks.notices.actions.mark_read
        visitation.queue.actions.save_view visitation.queue.actions.remove_view
    """,
    "a part of an act that writes its line": """
        applications.writing.actions.next_number
        applications.writing.actions.store_pupil
        applications.writing.actions.summarise
        applications.writing.actions.note_answer
        visitation.agenda.actions.call_off visitation.agenda.actions.outdate_forms
        visitation.agenda.actions.place_for_next
        visitation.agenda.actions.tell_of_new_times
        visitation.decisions.actions.note_answer
        visitation.letters.actions.note visitation.letters.actions.write_letters
        visitation.letters.actions.write_leaving_letter
        visitation.letters.actions.draft
        visitation.meetings.actions.seat_committee
    """,
    "the clock's and the worker's, after an act that has its line": """
        skolefleks.notices.actions.take_back skolefleks.notices.actions.post_digests
        skolefleks.notices.actions.mail_notice skolefleks.notices.actions.mail_digest
        budget.proving.actions.prove_all budget.proving.actions.prove_since
        skolefleks.texts.actions.remind_of_unsigned visitation.packs.actions.make
        applications.papers.actions.tidy_papers
        visitation.letters.actions.finish
        visitation.evaluation.actions.print_papers
    """,
}
