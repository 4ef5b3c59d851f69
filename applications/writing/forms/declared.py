"""The form of a block of the application, made from what is declared of its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db import models

from applications.fields import helps
from applications.writing.forms.stepform import Section
from skolefleks.danish import KrField
from skolefleks.encryption import EncryptedTextField
from skolefleks.textfields import LINE, Day, Hours, Line, LongText

if TYPE_CHECKING:
    from collections.abc import Callable

    from applications.fields.field import BlockKind, Field

    MakeField = Callable[..., forms.Field | None]


def names_of(block: BlockKind) -> tuple[str, ...]:
    """The fields of the block that are columns of its model: all but the CPR number."""
    return tuple(field.name for field in block.fields if field.name != "cpr")


def optional_names_of(block: BlockKind) -> frozenset[str]:
    """The fields that the page calls optional. None is required: a draft may be half-written."""
    return frozenset(field.name for field in block.fields if field.is_optional)


def sections_of(block: BlockKind) -> tuple[Section, ...]:
    """The cards of the form."""
    sections = []
    for card, lines in block.cards:
        names = tuple(tuple(field.name for field in line) for line in lines)
        sections.append(Section(card.title, helps.of_card(block, card), names))
    return tuple(sections)


def field_maker(block: BlockKind) -> MakeField:
    """What a ModelForm of the block has as its `formfield_callback`."""
    declared_fields = {field.name: field for field in block.fields}

    def make(column: models.Field[Any, Any], **kwargs: Any) -> forms.Field | None:
        # A column that is not declared has its field written in the form.
        declared = declared_fields.get(column.name)
        if declared is None:
            return None
        return form_field(declared, column, helps.of_field(block, declared))

    return make


def form_field(  # noqa: PLR0911
    declared: Field, column: models.Field[Any, Any], help_text: Any
) -> forms.Field:
    """The form's field for a declared one: by the type of its column."""
    label = declared.label

    # First: a choice may be stored in any type of column.
    if column.choices:
        return _choice_field(declared, column, help_text)
    if isinstance(column, EncryptedTextField):
        if column.max_length == LINE:
            return Line(label, help_text)
        return LongText(label, help_text, rows=declared.rows)
    if isinstance(column, models.DateField):
        return Day(label, past=declared.is_past)
    if isinstance(column, models.DecimalField):
        return Hours(label, help_text)
    if isinstance(column, models.BooleanField):
        return forms.BooleanField(required=False, label=label, help_text=help_text)
    # Every whole number without choices is an amount.
    if isinstance(column, models.PositiveIntegerField):
        return KrField(
            required=False,
            maximum=settings.TARIFF_MAX,
            label=label,
            help_text=help_text,
        )
    raise TypeError(f"No form field for {column}: write one in its form")


def _choice_field(
    declared: Field, column: models.Field[Any, Any], help_text: Any
) -> forms.Field:
    """A list that begins with the prompt; radio buttons where there is none."""
    choices = list(declared.choices or column.choices or ())
    if not declared.prompt:
        return forms.ChoiceField(
            required=False,
            label=declared.label,
            help_text=help_text,
            choices=choices,
            widget=forms.RadioSelect,
        )

    # The only choices with numbers are the school years: short words in a
    # short list.
    choices.insert(0, ("", declared.prompt))
    if isinstance(column, models.IntegerField):
        return forms.TypedChoiceField(
            required=False,
            label=declared.label,
            help_text=help_text,
            coerce=int,
            empty_value=None,
            choices=choices,
            widget=forms.Select(attrs={"class": "sf-short"}),
        )
    return forms.ChoiceField(
        required=False,
        label=declared.label,
        help_text=help_text,
        choices=choices,
        widget=forms.Select(attrs={"class": "sf-wide"}),
    )
