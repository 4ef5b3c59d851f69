"""The municipality's profile: what it is called, and how it looks on screens and letters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from skolefleks.setup.kinds import Group, setting

_profile = partial(setting, Group.MUNICIPALITY, is_text=True)


@dataclass(frozen=True)
class ProfileSettings:
    """Texts of one line, but for the address; changed together on a page of their own."""

    municipality: str = _profile(
        "Kommunens navn", "Står øverst på hver side og i brevene.", least=1, most=60
    )
    number_prefix: str = _profile(
        "Sagsnumre begynder med",
        "2-6 store bogstaver. Sager, der er begyndt, beholder deres nummer.",
        least=2,
        most=6,
    )
    sender: str = _profile("Afsender i breve", "", least=1, most=80)
    address: str = _profile("Adresse", "Står nederst i brevene.", most=120)
    contact: str = _profile("Telefon eller e-mail", "Står nederst i brevene.", most=80)
    kle: str = _profile(
        "KLE-nummer",
        "Emnet i kommunens journalplan, med eller uden facet: 00.00.00 eller"
        " 00.00.00 A00. Står ved sagsnummeret i brevene.",
        most=12,
    )
    colour: str = _profile(
        "Farve",
        "Skriv den som #0b4f6c. Hvid tekst skal kunne læses på den (mindst 4,5 : 1).",
        least=7,
        most=7,
    )
    # The sha256 of the picture; its content stands beside.
    logo: str = _profile("Logo", "", most=64)

    @property
    def colour_in_address(self) -> str:
        """Without its `#`."""
        return self.colour.lstrip("#")
