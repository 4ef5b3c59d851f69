"""Names in Danish order: æ, ø, å last, aa as å, and accents as if they were not there."""

from __future__ import annotations

from django.db.models import CharField, F, Func
from django.utils.text import slugify

# Letters of a private plane stand for the three that come last.
_FROM = "æäøöåéèêëáàâãíìîïóòôõúùûñçü"
_TO = "\ue000\ue000\ue001\ue001\ue002eeeeaaaaiiiioooouuuncy"

_LETTERS = str.maketrans(_FROM, _TO)

# As an address spells them.
_SPELLED = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


# The database itself compares by the number of each letter.
SQL = f"translate(replace(lower(%(expressions)s), 'aa', 'å'), '{_FROM}', '{_TO}') COLLATE \"C\""


class DanishOrder(Func):
    """What a query orders by."""

    template = SQL
    output_field = CharField()


def by(field: str) -> DanishOrder:
    """For `order_by`: `order_by(alphabet.by("user__name"))`."""
    return DanishOrder(F(field))


def sql(column: str) -> str:
    """For an ORDER BY that is written by hand."""
    return SQL % {"expressions": column}


def key(name: str) -> str:
    """For `sorted`: the same order."""
    return name.lower().replace("aa", "å").translate(_LETTERS)


def slug(words: str) -> str:
    """For an address: `Følger skolen` as `foelger-skolen`."""
    return slugify(words.lower().translate(_SPELLED))
