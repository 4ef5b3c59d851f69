"""Sentences to begin a reason with, by outcome: neutral, to be edited.

None about the law: what the system says of it stands in
`visitation/law/texts.json`.
"""

from __future__ import annotations

from visitation.models import Decision

Outcome = Decision.Outcome

# Need, measures, effect, PPR, the pupil's own words, weight.
GRANTED = (
    "Elevens behov er større, end skolens egne midler og støttetimer kan dække.",
    (
        "De afprøvede tiltag viser, hvad der virker for eleven,"
        " og den planlagte indsats bygger videre på det."
    ),
    "Indsatsen er beskrevet med mål, der kan følges, og effekten kan ses ved opfølgningerne.",
    "PPR anbefaler indsatsen og er med i både opbygning og daglig drift.",
    "Udvalget har lagt vægt på elevens egne ord om, hvad der skal til.",
    "Taksten svarer til tyngden af indsatsen i løbet af ugen.",
)

REJECTED = (
    "Udvalget vurderer, at behovet kan dækkes af skolens egne midler og støttetimer.",
    "De tiltag, skolen kan bruge i forvejen, er ikke afprøvet længe nok til, at effekten kan ses.",
    "Det er ikke tydeligt, hvordan den planlagte indsats skal føre til den forventede effekt.",
    "PPR vurderer, at eleven har brug for en anden indsats end den, der er søgt om.",
    "Udvalget har læst elevens egne ord, og skolen bør tage dem med i det videre arbejde.",
)

POSTPONED = (
    "Udvalget mangler oplysninger om, hvad de afprøvede tiltag har ført til.",
    "Udvalget mangler PPR's vurdering af den planlagte indsats.",
    "Elevens egne ord om indsatsen mangler eller skal uddybes.",
    "Sagen tages op igen, når skolen har svaret på udvalgets spørgsmål.",
)

# Heading and sentences, as the page shows them.
GROUNDS = (
    (Outcome.GRANTED.label, GRANTED),
    (Outcome.REJECTED.label, REJECTED),
    (Outcome.POSTPONED.label, POSTPONED),
)
