"""What came of the cases whose decisions are known already, for the lists."""

from django.db import migrations

ANSWERS = """
UPDATE applications_application application SET
    answer = told.answer,
    granted = told.granted,
    granted_from = told.granted_from
FROM (
    SELECT
        pupil.application_id,
        CASE
            WHEN bool_or(decision.outcome = 'postponed') THEN 'postponed'
            WHEN bool_and(decision.outcome IN ('rejected', 'stopped'))
                THEN min(decision.outcome)
            WHEN bool_or(decision.outcome IN ('rejected', 'stopped')) THEN 'mixed'
            WHEN bool_or(decision.outcome = 'partly') THEN 'partly'
            ELSE 'granted'
        END AS answer,
        coalesce(sum(newest.tariff), 0) AS granted,
        min(newest.granted_from) AS granted_from
    FROM visitation_decision decision
    JOIN applications_pupilcase pupil ON pupil.id = decision.pupil_case_id
    LEFT JOIN LATERAL (
        SELECT
            (array_agg(grant_.tariff ORDER BY grant_.starts_on DESC))[1] AS tariff,
            min(grant_.starts_on) AS granted_from
        FROM visitation_grant grant_
        JOIN visitation_decision known ON known.id = grant_.decision_id
        WHERE known.pupil_case_id = pupil.id AND grant_.status <> 'annulled'
            AND known.status IN ('released', 'replaced')
    ) newest ON true
    WHERE decision.status = 'released'
    GROUP BY pupil.application_id
) told
WHERE application.id = told.application_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("visitation", "0013_amendments"),
        ("applications", "0013_waiting_and_answers"),
    ]

    operations = [migrations.RunSQL(ANSWERS, migrations.RunSQL.noop)]
