"""What an administrator types of centres, districts and schools."""

from __future__ import annotations

from typing import Any

from django import forms

from skolefleks.forms import Form
from skolefleks.models import District, School
from skolefleks.models.places import KEY, centre_key
from skolefleks.textfields import Day, FreeText

# Characters; the columns of the database.
LONGEST_NAME = 80


class NewCentreForm(Form):
    """A centre's short name, which stands beside names and signatures, and its name."""

    key = FreeText(
        label="Kort navn",
        max_length=KEY,
        validators=[centre_key],
        help_text="For eksempel C-ABC. Det kan ikke ændres senere",
    )
    name = FreeText(label="Navn", max_length=LONGEST_NAME)


class CentreForm(Form):
    """A centre's name."""

    name = FreeText(label="Navn", max_length=LONGEST_NAME)


class DistrictForm(Form):
    """A district's name."""

    name = FreeText(label="Navn", max_length=LONGEST_NAME)


class NewSchoolForm(Form):
    """A school and the district it lies in."""

    name = FreeText(label="Navn", max_length=LONGEST_NAME)
    district = forms.ModelChoiceField(
        label="Distrikt",
        queryset=District.objects.all(),
        empty_label="Vælg et distrikt",
        help_text="Distriktet kan ikke ændres senere: penge og tal er bogført på det",
    )


class SchoolForm(Form):
    """A school's name."""

    name = FreeText(label="Navn", max_length=LONGEST_NAME)


class MergeForm(Form):
    """The school that takes over."""

    into = forms.ModelChoiceField(
        label="Hvilken skole tager over?",
        queryset=School.objects.none(),
        empty_label="Vælg en skole",
        help_text="Åbne skoler i samme distrikt",
    )

    def __init__(self, data: Any = None, *, school: School) -> None:
        super().__init__(data)
        schools: Any = self.fields["into"]
        beside = School.objects.filter(district=school.district_id, merged_into=None)
        schools.queryset = beside.exclude(pk=school.pk)


class CloseForm(Form):
    """The day from which a school begins no case."""

    closes_on = Day("Ingen nye sager fra og med")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["closes_on"].required = True
