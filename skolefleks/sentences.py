"""What a person is told of their own access, and where nothing else is said of a case."""

from __future__ import annotations

from skolefleks.notices.sentences import sentence, under
from skolefleks.texts.declarations import Group

# Alarms are not among them: their words are not a municipality's to soften.
TEXTS = under(
    Group.OF_ACCESS,
    # What a notice says where its sender has nothing better.
    sentence("venter", "En sag venter", "Sagen venter på dig"),
    sentence("adgang", "Adgang givet", "Du har fået adgang til SkoleFleks."),
    sentence("ny-rolle", "Ny rolle", "Du har fået en ny rolle i SkoleFleks."),
    sentence(
        "skole-lagt-sammen",
        "Skolen er lagt sammen med en anden",
        "Din skole i SkoleFleks er lagt sammen med en anden.",
    ),
    sentence("ny-adresse", "Ny e-mail", "Din e-mail i SkoleFleks er ændret."),
    sentence(
        "givet-videre",
        "Arbejde givet videre",
        "Dit arbejde i SkoleFleks er givet videre.",
    ),
    sentence(
        "taget-over", "Arbejde taget over", "Du har taget arbejde over fra en kollega."
    ),
)
