"""What the notices say of an application on its way to the committee."""

from __future__ import annotations

from skolefleks.notices.sentences import sentence, under
from skolefleks.texts.declarations import Group, Placeholder

WHO = Placeholder("hvem", "Hvem udtalelsen er fra.", "PPR")

# In the order of a case, from the first invitation to the committee.
TEXTS = under(
    Group.OF_WRITING,
    sentence("inviteret", "Inviteret til en sag", "Du er inviteret til sagen"),
    sentence(
        "inviteret-udtalelse",
        "Inviteret, og bedt om en udtalelse",
        "Du er inviteret til sagen. Skolen beder om din udtalelse",
    ),
    sentence("dialog", "Nyt i dialogen", "Der er skrevet i sagens dialog"),
    sentence(
        "udtalelse",
        "En udtalelse er underskrevet",
        "Udtalelsen fra {hvem} er underskrevet",
        WHO,
    ),
    sentence(
        "til-underskrift",
        "Til lederens underskrift",
        "En ansøgning er klar til din underskrift",
    ),
    sentence(
        "givet-tilbage",
        "Givet tilbage af lederen",
        "Skolelederen har givet ansøgningen tilbage til dig",
    ),
    sentence(
        "underskrevet",
        "Underskrevet af lederen",
        "Skolelederen har underskrevet og indsendt ansøgningen",
    ),
    # The name of the paper is not said: it may hold a child's.
    sentence(
        "bilag-afvist",
        "Et bilag er afvist",
        "Et bilag blev afvist. Se hvorfor under Bilag",
    ),
    sentence("indsendt", "En sag er indsendt", "En skole har indsendt sagen"),
    sentence(
        "trukket-tilbage",
        "En sag er trukket tilbage",
        "Skolen har trukket sagen tilbage",
    ),
    sentence(
        "ligger-stille",
        "En sag ligger stille",
        "Ingen har rørt sagen længe. Skriv videre, eller luk den",
    ),
    sentence(
        "ligger-stille-leder",
        "En sag ligger stille: til lederen",
        "En af skolens sager har ligget stille længe",
    ),
)
