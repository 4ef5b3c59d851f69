"""What an evaluation cannot say. It stands on every page, in every paper and every spreadsheet."""

LIMITS = (
    (
        "Der er ingen sammenligningsgruppe. Tallene viser, hvordan det gik eleverne, ikke hvad der"
        " var sket uden SkoleFleks, og derfor heller ikke, om det var indsatsen, der virkede."
    ),
    (
        "Eleverne er valgt, fordi det gik dårligt. Noget af bevægelsen ville være kommet af sig"
        " selv, fordi et lavpunkt sjældent varer ved."
    ),
    (
        "Antallene er små. Intervallet ved en andel siger, hvor usikker den er: ligger 50 % inde i"
        " det, kan man ikke sige, om de fleste er kommet videre."
    ),
    (
        "Hver stemme ser sit. De lægges ikke sammen, og mål, som ingen har målt nok gange, er ikke"
        " med i andelene."
    ),
    (
        "Faldet eller stigningen i dagbehandling har mange årsager. Tallene for dagbehandling er"
        " kommunens samlede og ikke kun SkoleFleks' elever."
    ),
    (
        "Skoler og tiltag kan ikke ranges efter tallene: elevernes behov er forskellige, og der er"
        " for få af hver slags."
    ),
)
