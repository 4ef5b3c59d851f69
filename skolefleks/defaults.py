"""The numbers of the trade until the municipality changes them on screen (`skolefleks/setup/`).

What is no choice of the municipality's stands here alone, and is read as a Django setting.
"""

import os
from typing import NamedTuple


class Throttle(NamedTuple):
    """So many times in so many seconds for one person; `alarms` tells the administrators."""

    times: int
    seconds: int
    sentence: str
    alarms: bool = False
    methods: tuple[str, ...] = ("POST",)


# DKK a year; 25 pupils at this tariff are the whole pool (proposal, "Takst").
UNIT_TARIFF = 200_000

# DKK a year that a school pays when a pupil is referred out (2022 analysis).
REFERRAL_TARIFF = 265_000

# DKK a year; a typing error's limit, no rule.
TARIFF_MAX = 1_000_000

# DKK a year; above it both centre chiefs approve before a decision is released.
TARIFF_CEILING = 265_000

# DKK a year that the decision page offers beside the free amount.
TARIFF_STEPS = (100_000, 150_000, 200_000, 250_000)

# Expected SkoleFleks pupils in each district, and in all (proposal, "Finansiering").
PLACES_PER_DISTRICT = (5, 6)
PLACES_IN_ALL = (25, 30)

# Hours a week; from there it is special education and another road.
SUPPORT_HOURS_LIMIT = 9

# Fewer pupils than this are not shown to the implementation group.
SMALL_COUNT = 5

# Per cent of the ending grants that go on, and of what the queue asks for that is
# granted: lowest, expected, highest. Each can be changed on the forecast's page.
FORECAST_EXTENDED = (30, 60, 90)
FORECAST_GRANTED = (40, 70, 100)

# Per cent of the pupils who would have been referred out without SkoleFleks:
# likewise.
REFERRED_OTHERWISE = (40, 60, 80)

# Per cent of the pupils who came back from day treatment and would still be there without
# SkoleFleks. All of them were there when the school applied.
STAYED_OTHERWISE = (100, 100, 100)

# The year whose prices the referral tariff is in.
REFERRAL_TARIFF_YEAR = 2022

# What a price of a year is multiplied by to be in this year's prices, by year; 1 where nothing
# stands here. None is known to us: the municipality fills it in, here for good (with its source) or
# on the forecast's page for a look.
PRICE_INDEX: dict[int, str] = {}
PRICE_INDEX_SOURCE = ""

# Per cent of the pool from which the page warns: soon full, nearly full.
POOL_WARNINGS = (80, 95)

# What /budget/bevis/ and `prove_books` prove, floor by floor: functions that
# return Checks.
PROOFS = (
    "budget.books.proof.of_the_books",
    "budget.proving.both_ways.of_the_trail",
    "budget.proving.both_ways.of_the_payments",
    "budget.proving.leaving.of_what_left",
    "budget.proving.guards.of_the_database",
    "visitation.decisions.proof.of_the_grants",
    "visitation.decisions.proof.of_the_plan",
)

# What the proof of the latest proves on the floors above the books: functions of references.
PROOFS_SINCE = ("visitation.decisions.proof.of_these_grants",)

# Where the dashboard asks how many pupils run, and what the year may come to: a function of a
# fiscal year.
POOL_OUTLOOK = "visitation.outlook.standing.of_year"

# Where each floor declares the texts that the municipality writes itself (skolefleks.texts).
TEXTS = (
    "visitation.letters.wordings",
    "visitation.law.wordings",
    "skolefleks.notices.wordings",
    "skolefleks.sentences",
    "applications.sentences",
    "applications.reading.guide",
    "applications.fields.helps",
    "visitation.sentences",
    "budget.sentences",
)

# Where the school's pages ask when the committee meets next: a function of the day on
# which a case is, or was, sent, and whether it was.
NEXT_MEETING = "visitation.agenda.deadlines.for_school"

# What follows a school that is merged into another, and what a leaving person's colleague takes
# over: acts of the floors above.
FOLLOWS_SCHOOL = (
    "applications.writing.actions.take_over_cases",
    "visitation.efforts.actions.take_over_efforts",
)
PASSES_ON = (
    "applications.dialogue.actions.pass_on_invitations",
    "applications.dialogue.actions.pass_on_cases",
    "visitation.meetings.actions.pass_on_meetings",
)

# Whether a centre still owns money of the pool: a function of its key, on the floor above.
OWNS_MONEY = "budget.frames.queries.centre_owns_money"

# Days after which the proof asks for the trail's head to be kept outside the database again.
TRAIL_HEAD_DAYS = 2

# How long what was typed and not sent is kept, and of how many forms a person.
DRAFT_DAYS = 14
DRAFT_COUNT = 50

# How often one mail is tried before it is given up and shown to the
# administrator: a minute after the first time, then twice as long each time and
# at most six hours, so nearly a day in all.
MAIL_TRIES = int(os.environ.get("MAIL_TRIES", "12"))

# The municipality's profile, until somebody has filled it in (/administration/kommunen/).
MUNICIPALITY = "Kommunen"
NUMBER_PREFIX = "SF"
SENDER = "Kvalitetsudvalget for SkoleFleks"
ADDRESS = ""
CONTACT = ""
# Which number a municipality files these cases under is its own to say.
KLE = ""
COLOUR = "#0b4f6c"
LOGO = ""

# Members and chair who are present and not disqualified, for a meeting to decide
# a case.
QUORUM = 3

# What the chair may decide alone, each with a reason: "slip" (a slip in a decision that
# was made), "urgent" (what cannot wait for a meeting, nor for a round in writing) and
# "moved" (an effort goes along to the pupil's new school).
# The pages say which. Whether the chair may is the municipality's to settle.
CHAIR_ALONE = ("slip", "urgent", "moved")

# Days to answer in that are suggested when a case is sent round in writing, and the most.
ROUND_DAYS = 7
ROUND_DAYS_MOST = 28

# The schools' summer, from and to (month, day): no meeting is suggested there.
SCHOOLS_SUMMER = ((6, 27), (8, 9))

# The schools' other holidays: whole weeks by their ISO number, Christmas from and
# to (month, day). The week before Easter is reckoned.
SCHOOL_HOLIDAY_WEEKS = (7, 42)
SCHOOLS_CHRISTMAS = ((12, 20), (1, 4))

# An effort's follow-ups, in weeks: the first after so many, then every so many,
# the last one this long before the end. A follow-up's window is the days up to
# and with its last.
FOLLOW_UP_FIRST_WEEKS = 6
FOLLOW_UP_WEEKS_BETWEEN = 12
FOLLOW_UP_LAST_WEEKS_BEFORE = 8
FOLLOW_UP_WINDOW_DAYS = 14

# Days from the talk until its outcome is told.
FOLLOW_UP_TELL_DAYS = 14

# Days from a follow-up's last day to its reminders: to the daily leaders, then
# once to the school leader and once to the chair.
FOLLOW_UP_REMINDER_DAYS = (-14, -3, 0, 3)
FOLLOW_UP_LEADER_DAYS = 7
FOLLOW_UP_CHAIR_DAYS = 14

# Weeks of an effort's first phase, for a pupil who returns, and of its last.
PHASE_IN_WEEKS = 8
PHASE_OUT_WEEKS = 8

# An effort that ends within so many days stands under "Slutter snart".
EFFORT_ENDS_SOON_DAYS = 60

# From this age a pupil's effort has KUI, a mentor, a work placement and the way
# to the exam; below it a coordinator (day-treatment report).
YOUTH_AGE = 14

# What the sentence beside a goal's curves says (visitation/measurements/rules.py): measurements
# of a voice before anything is said, the part of the way that counts as moved (a third), points
# on the scale from 1 to 10 from which voices differ, and follow-ups without movement.
CURVE_LEAST_MEASUREMENTS = 2
CURVE_MOVED_PART = 3
CURVE_VOICES_APART = 3
CURVE_STILL_FOLLOW_UPS = 2

# Days from an effort's end until its closing report is due, and months after which the school is
# asked where the pupil is; days to answer that.
CLOSING_DAYS = 28
WHEREABOUTS_MONTHS = (6, 12)
WHEREABOUTS_DAYS = 28

# The grade from which a pupil leaves school with or without an exam.
EXAM_GRADE = 9

# Minutes after which a screen that was handed to a pupil or the parents is over.
SCREEN_MINUTES = 30

# Of a case on the agenda, unless somebody says otherwise.
AGENDA_MINUTES = 20

# Working days before a meeting on which the cases for its agenda must be there.
SUBMISSION_DAYS = 5

# Days after a meeting that what its members were to read is removed.
PACK_DAYS = 14
# Bytes of the papers' pages in one of them.
PACK_BYTES = 24 * 1024 * 1024

# Between the follow-ups that the decision page suggests.
FOLLOW_UP_MONTHS = 3

# The fewest earlier cases that a figure about them may rest on.
COMPARED_CASES = 5

# What the committee's answer is in law, unless a case is classified
# (visitation.models.law).
CLASSIFICATION = "internal"

# Days from one review of people's rights to the next: half a year.
REVIEW_DAYS = 182

# Days from submission to decision.
WAITING_GOAL_DAYS = 21

# Names that a search opens at most, the newest first: they lie encrypted.
NAME_SEARCH_ROWS = 3_000

# A draft or a challenge that nobody has touched for so long is recalled to its
# writer, and later to the school's leader.
STILL_DAYS = 14
STILL_DAYS_TO_LEADER = 28

# A grant's instalments are due on the last banking day of these months: quarterly.
PAYMENT_MONTHS = (3, 6, 9, 12)

# Banking days before they are due that a run is proposed, so that it can be
# approved in time.
PAYMENT_LEAD_DAYS = 5

# What becomes of a frame's unused money when its fiscal year is closed, by the frame's name:
# "carry" into the next year's pool, or "back" to the frame. The chiefs may choose otherwise.
UNUSED_MONEY: dict[str, str] = {}
UNUSED_MONEY_RULE = "carry"

# Days that a school has to pay back what it was paid too much and is not set off.
COLLECTION_DAYS = 30

# Of a school without an account of its own. Nothing: such a school is paid when it has one.
PAYMENT_ACCOUNT = os.environ.get("PAYMENT_ACCOUNT", "")

# The account that the payments are taken from, as the file for the finance system names it.
PAYMENT_DEBIT_ACCOUNT = os.environ.get("PAYMENT_DEBIT_ACCOUNT", "")

# Bytes of one paper.
PAPER_BYTES = 10 * 1024 * 1024
# Papers on one case.
PAPER_COUNT = 20
# Pages of a PDF that can be looked at without fetching it.
PAPER_PAGES = 100
# Pixels of the longest side of a page drawn to be looked at.
PAPER_SIDE = 1_600

# What the process that opens a paper may take; beyond it is killed, and the paper
# refused. Seconds of the processor's.
PAPER_CPU_SECONDS = 2
# Of a spreadsheet: tens of thousands of lines are more work than a paper.
WORKBOOK_CPU_SECONDS = 10
# Seconds by the clock: on a busy machine two seconds of work take a while.
PAPER_SECONDS = 60
# Bytes of addresses, of which at most 200 MB are ever in use.
PAPER_MEMORY = 210 * 1024 * 1024
# Bytes that come back.
PAPER_OUTPUT = 32 * 1024 * 1024

# Rows of one spreadsheet.
EXPORT_ROWS = 10_000

# What one person may do in a while (skolefleks.throttles).
THROTTLES = {
    "cpr": Throttle(20, 600, "Du har vist mange CPR-numre på kort tid.", alarms=True),
    "case": Throttle(30, 3600, "Du har oprettet mange sager på kort tid."),
    "picture": Throttle(
        120, 60, "Du har set mange sider på kort tid.", methods=("GET",)
    ),
    "export": Throttle(
        20,
        600,
        "Du har hentet mange regneark på kort tid.",
        alarms=True,
        methods=("GET",),
    ),
    "print": Throttle(
        60,
        600,
        "Du har lavet mange PDF-filer på kort tid.",
        methods=("GET", "POST"),
    ),
    "file": Throttle(100, 600, "Du har sendt mange filer på kort tid."),
    "import": Throttle(20, 600, "Du har indlæst mange filer på kort tid."),
}

# Cases that one person reads in an hour before the administrators are told.
READING_ALARM = 100
