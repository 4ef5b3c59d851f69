"""What an administrator types of people: who they are, and what they may do."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from skolefleks.administration import queries, reading
from skolefleks.forms import Form
from skolefleks.models import Centre, Role, School, User
from skolefleks.textfields import Day, FreeText, without_cpr


class EmailField(forms.EmailField):
    """The address that the sign-on knows the person by."""

    def __init__(self) -> None:
        super().__init__(
            label="E-mail",
            max_length=254,
            help_text="Den e-mail, som kommunens login oplyser",
            error_messages={"invalid": "Skriv e-mailen som navn@kommune.dk."},
            widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        )

    def validate(self, value: str) -> None:
        super().validate(value)
        without_cpr(value)


def name_field() -> FreeText:
    return FreeText(
        label="Navn",
        max_length=reading.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _with_none(choices: list[tuple[str, str]], none: str) -> list[tuple[str, str]]:
    return [("", none), *choices]


def _centres() -> list[tuple[str, str]]:
    """Asked anew by each form."""
    rows = Centre.objects.open().values_list("key", "name")
    return _with_none([(key, f"{key}, {name}") for key, name in rows], "Intet")


class PeopleForm(Form):
    """What the list is searched and ordered by; it stands in the address."""

    names_in_address: ClassVar[dict[str, str]] = {
        "words": "q",
        "role": "rolle",
        "school": "skole",
        "standing": "status",
        "order": "orden",
    }

    words = FreeText(label="Navn eller e-mail", required=False, max_length=80)
    role = forms.ChoiceField(label="Rolle", required=False)
    school = forms.ModelChoiceField(
        label="Skole",
        required=False,
        queryset=School.objects.all(),
        empty_label="Alle skoler",
    )
    standing = forms.ChoiceField(
        label="Status", required=False, choices=list(queries.STANDINGS.items())
    )
    order = forms.ChoiceField(label="Rækkefølge", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        roles: Any = self.fields["role"]
        roles.choices = _with_none(queries.role_choices(), "Alle roller")
        orders: Any = self.fields["order"]
        orders.choices = [(key, label) for key, (label, _) in queries.ORDERS.items()]

    def choice(self) -> dict[str, Any]:
        """What `queries.people` is asked for; what makes no sense is left out."""
        self.is_valid()
        data = {name: value for name, value in self.cleaned_data.items() if value}
        if "school" in data:
            data["school"] = data["school"].pk
        return data


class PassOnForm(Form):
    """Who takes over."""

    to = forms.ChoiceField(
        label="Hvem tager over?", help_text="Personer med samme rolle"
    )

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data)
        self.colleagues = {}
        choices = []
        for role in queries.colleagues_of(person):
            self.colleagues[str(role.user_id)] = role.user
            # The title tells PPR from the others.
            choices.append((str(role.user_id), f"{role.user.name}, {role.label}"))
        people: Any = self.fields["to"]
        people.choices = _with_none(choices, "Vælg en kollega")

    def clean_to(self) -> User:
        return self.colleagues[self.cleaned_data["to"]]


class RoleForm(Form):
    """One role, where it is held, and its days where it is not for good."""

    role = forms.ChoiceField(label="Rolle")
    school = forms.ModelChoiceField(
        label="Skole",
        required=False,
        queryset=School.objects.all(),
        empty_label="Ingen",
        help_text="Kun for skolelederen og den pædagogiske leder",
    )
    centre = forms.ChoiceField(
        label="Center",
        required=False,
        choices=_centres,
        help_text="Skal vælges for en centerchef",
    )
    title = FreeText(
        label="Titel",
        required=False,
        max_length=reading.LONGEST_TITLE,
        help_text="Hvis personen skal kaldes andet end rollens navn, for eksempel PPR-psykolog",
    )
    starts_on = Day("Fra og med")
    ends_on = Day("Til og med")
    stands_in_for = forms.ModelChoiceField(
        label="Vikar for",
        required=False,
        queryset=User.objects.none(),
        empty_label="Ingen",
        help_text="En vikar har rollen til og med den sidste dag, og så slutter den",
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        roles: Any = self.fields["role"]
        roles.choices = _with_none(queries.role_choices(), "Vælg en rolle")
        people: Any = self.fields["stands_in_for"]
        people.queryset = User.objects.filter(is_active=True).order_by("name")
        self.fields["starts_on"].help_text = "Tomt felt: fra i dag"
        self.fields["ends_on"].help_text = "Tomt felt: til nogen afslutter rollen"

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class InviteForm(RoleForm):
    """A new person and their first role."""

    name = name_field()
    email = EmailField()

    field_order = ("name", "email")


class PersonForm(Form):
    """Who somebody is."""

    name = name_field()
    email = EmailField()


class UploadForm(Form):
    """A file of people. `sheet` is what was read of it, `text` the file itself."""

    file = forms.FileField(
        label="Fil",
        help_text=f"CSV. Første linje er {';'.join(reading.HEADS)}, og så en linje for hver rolle",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    sheet: reading.Sheet

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        # Before the file is read: what is too large is not taken into memory.
        if (file.size or 0) > reading.MOST_BYTES:
            raise ValidationError("Filen er for stor: højst 200 kB.")
        text = reading.decode(file.read())
        self.sheet = reading.read(text)
        return text


class ConfirmPeopleForm(Form):
    """What was looked through, sent on as it was: read again as strictly as a file."""

    content = forms.CharField(
        widget=forms.HiddenInput, strip=False, max_length=reading.MOST_BYTES
    )
    fingerprint = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=10_000
    )

    def clean_content(self) -> str:
        content: str = self.cleaned_data["content"]
        self.sheet = reading.read(content)
        if self.sheet.errors:
            raise reading.Unreadable([text for _, text in self.sheet.errors])
        return content

    sheet: reading.Sheet

    def arguments(self) -> dict[str, Any]:
        return {
            "lines": self.sheet.lines,
            "fingerprint": self.cleaned_data["fingerprint"],
        }
