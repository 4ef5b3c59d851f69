"""What the notices say of the committee's work, and of the efforts."""

from __future__ import annotations

from skolefleks.notices.sentences import sentence, under
from skolefleks.texts.declarations import Group, Placeholder
from visitation.models import FollowUpReminder

# A member of the committee may be named; a child never is, and neither is what
# a case is about: a notice may be read over a shoulder.
WHEN = Placeholder("hvornaar", "Dag og klokkeslæt.", "3. februar 2027 kl. 9.00")
DAY = Placeholder("dag", "Mødets dag, som den var.", "3. februar 2027")
PLACE = Placeholder("sted", "Hvor mødet holdes.", "Rådhuset, lokale 2")
NAME = Placeholder("navn", "Et medlem af udvalget.", "Anne Holm")
PERIOD = Placeholder("periode", "Det år, der evalueres.", "2027")
VERSION = Placeholder("version", "Evalueringens nummer.", "2")
MONTHS = Placeholder("maaneder", "Hvor længe det er siden.", "6")

# `visitation.cases.notices` chooses among the answers: one sentence for all the
# pupils of a case, since the school opens the case for the rest.
OF_CASES = under(
    Group.OF_CASES,
    sentence(
        "flere-oplysninger",
        "Udvalget beder om mere",
        "Udvalget beder om flere oplysninger",
    ),
    sentence(
        "svar-bevilget",
        "Svar: bevilget",
        "Afgørelsen er frigivet: ansøgningen er bevilget",
    ),
    sentence(
        "svar-delvist",
        "Svar: delvist bevilget",
        "Afgørelsen er frigivet: ansøgningen er delvist bevilget",
    ),
    sentence(
        "svar-afslag",
        "Svar: afslag",
        "Afgørelsen er frigivet: der er givet afslag på ansøgningen",
    ),
    sentence("svar-udsat", "Svar: udsat", "Afgørelsen er udsat til et senere møde"),
    sentence(
        "svar-venteliste",
        "Svar: på venteliste",
        "Afgørelsen er udsat: der er ikke penge nok nu, og sagen står på venteliste",
    ),
    sentence(
        "svar-nogle-udsat",
        "Svar: udsat for nogle af eleverne",
        "Afgørelser er frigivet for nogle elever og udsat for andre",
    ),
    sentence(
        "svar-nogle-afslag",
        "Svar: afslag for nogle af eleverne",
        "Afgørelserne er frigivet: bevilget for nogle elever, afslag for andre",
    ),
    sentence(
        "svar-indsats",
        "Svar: om en indsats",
        "En afgørelse om indsatsen er frigivet",
    ),
    sentence(
        "svar-rettet",
        "En afgørelse er rettet",
        "Udvalget har rettet en afgørelse i sagen",
    ),
    sentence(
        "bevilling-sluttet",
        "En bevilling er sluttet før tid",
        "En bevilling i sagen er afsluttet før tid",
    ),
    sentence(
        "af-ventelisten",
        "Af ventelisten",
        "Sagen står ikke længere på ventelisten",
    ),
    sentence(
        "spoergsmaal",
        "Et spørgsmål til skolen",
        "Udvalget har stillet skolen et spørgsmål",
    ),
    sentence(
        "spoergsmaal-svar",
        "Skolens svar på et spørgsmål",
        "Skolen har svaret på udvalgets spørgsmål",
    ),
    sentence(
        "over-loftet",
        "En takst over loftet",
        "En takst over loftet venter på din godkendelse",
    ),
    sentence(
        "svar-om-loftet",
        "Svar om en takst over loftet",
        "En centerchef har svaret om en takst over loftet",
    ),
    sentence(
        "skriftlig",
        "Skriftlig behandling",
        "En sag er sendt til dig i skriftlig behandling",
    ),
    sentence(
        "skriftlig-tilsluttet",
        "Skriftlig behandling: tilsluttet",
        "Udvalget har tilsluttet sig i skriftlig behandling",
    ),
    sentence(
        "skriftlig-moede",
        "Skriftlig behandling: et møde",
        "Et medlem har bedt om et møde om en sag i skriftlig behandling",
    ),
)

# To the committee the meeting is told by its day, to a school its own case alone.
OF_MEETINGS = under(
    Group.OF_MEETINGS,
    sentence(
        "indkaldt",
        "Indkaldt til et møde",
        "Du er indkaldt til møde i kvalitetsudvalget {hvornaar}",
        WHEN,
    ),
    sentence(
        "moede-flyttet",
        "Mødet er flyttet",
        "Mødet i kvalitetsudvalget er flyttet til {hvornaar}, {sted}",
        WHEN,
        PLACE,
    ),
    sentence(
        "moede-udsat",
        "Mødet er udsat",
        "Mødet i kvalitetsudvalget {dag} er udsat til {hvornaar}, {sted}",
        DAY,
        WHEN,
        PLACE,
    ),
    sentence(
        "moede-aflyst",
        "Mødet er aflyst",
        "Mødet i kvalitetsudvalget {hvornaar} er aflyst",
        WHEN,
    ),
    sentence(
        "dagsorden",
        "Dagsordenen er klar",
        "Dagsordenen for mødet {hvornaar} er klar",
        WHEN,
    ),
    sentence(
        "referat",
        "Referatet er godkendt",
        "Referatet af mødet i kvalitetsudvalget {hvornaar} er godkendt",
        WHEN,
    ),
    sentence(
        "suppleant",
        "Suppleant på et møde",
        "Du er suppleant for {navn} på mødet {hvornaar}",
        NAME,
        WHEN,
    ),
    sentence(
        "afbud",
        "Afbud til et møde",
        "{navn} har meldt afbud til mødet {hvornaar}",
        NAME,
        WHEN,
    ),
    # These two follow the one above: after a comma, and after a full stop.
    sentence(
        "afbud-suppleant",
        "Afbud: hvem der træder ind",
        "suppleant: {navn}",
        NAME,
    ),
    sentence(
        "afbud-for-faa",
        "Afbud: for få tilbage",
        "Udvalget ventes ikke at være beslutningsdygtigt",
    ),
    sentence(
        "sag-behandles",
        "Sagen er på et møde",
        "Sagen behandles på møde {hvornaar}",
        WHEN,
    ),
    sentence(
        "sag-flyttet",
        "Sagens møde er flyttet",
        "Mødet er flyttet: sagen behandles {hvornaar}",
        WHEN,
    ),
    sentence(
        "sag-ny-tid",
        "Sagens tid er ændret",
        "Tiden er ændret: sagen behandles {hvornaar}",
        WHEN,
    ),
    sentence(
        "sag-udsat",
        "Sagens møde er udsat",
        "Mødet {dag} er udsat: sagen behandles {hvornaar}",
        DAY,
        WHEN,
    ),
    sentence(
        "sag-aflyst",
        "Sagens møde er aflyst",
        "Mødet, hvor sagen skulle behandles, er aflyst. Sagen venter på et nyt",
    ),
    sentence(
        "sag-taget-af",
        "Sagen er taget af dagsordenen",
        "Sagen er taget af dagsordenen for mødet {dag}. Den venter på et nyt møde",
        DAY,
    ),
)

# The reminders have the labels of their kinds: there is one for each.
OF_EFFORTS = under(
    Group.OF_EFFORTS,
    sentence(
        "begynder-senere",
        "En indsats begynder senere",
        "En indsats begynder senere end bevilget",
    ),
    sentence("udbetalt", "Penge udbetalt", "Der er udbetalt penge til indsatsen"),
    *(
        sentence(
            f"opfoelgning-{kind.replace('_', '-')}", f"Påmindelse: {label}", label
        )
        for kind, label in FollowUpReminder.Kind.choices
    ),
    sentence("statusrapport", "Statusrapport", "Skolens statusrapport er afleveret"),
    sentence(
        "opfoelgning-givet",
        "Resultat af en opfølgning",
        "Resultatet af en opfølgning er givet",
    ),
    sentence(
        "opfoelgning-til-udvalget",
        "En opfølgning til udvalget",
        "En opfølgning beder udvalget om en ny afgørelse",
    ),
    sentence(
        "forlaengelse",
        "En skole søger om forlængelse",
        "En skole søger om forlængelse af en indsats",
    ),
    sentence(
        "ny-afgoerelse",
        "Ny afgørelse om en indsats",
        "Udvalget har truffet en ny afgørelse om en indsats",
    ),
    sentence(
        "flytter-til",
        "En elev flytter til skolen",
        "En elev flytter til skolen med en indsats",
    ),
    sentence(
        "flytter-fra",
        "En elev flytter fra skolen",
        "En indsats flytter med eleven til en anden skole",
    ),
    sentence(
        "slutrapport-mangler",
        "Slutrapporten mangler",
        "En indsats er slut: slutrapporten mangler",
    ),
    sentence(
        "slutrapport-afleveret",
        "Slutrapporten er afleveret",
        "En indsats er afsluttet: slutrapporten er afleveret",
    ),
    sentence(
        "hvor-er-eleven",
        "Hvor er eleven nu",
        "Hvor er eleven {maaneder} måneder efter indsatsen?",
        MONTHS,
    ),
    sentence(
        "evaluering-venter",
        "En evaluering venter",
        "Evalueringen af {periode} venter på din underskrift",
        PERIOD,
    ),
    sentence(
        "evaluering-underskrevet",
        "En evaluering er underskrevet",
        "Evalueringen af {periode}, version {version}, er underskrevet",
        PERIOD,
        VERSION,
    ),
)

TEXTS = OF_CASES + OF_MEETINGS + OF_EFFORTS
