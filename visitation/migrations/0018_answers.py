"""What came of the cases whose decisions are known already, for the lists."""

from django.db import migrations

ANSWERS = """
WITH known AS (
    SELECT decision.*, pupil.application_id
    FROM visitation_decision decision
    JOIN applications_pupilcase pupil ON pupil.id = decision.pupil_case_id
    WHERE decision.status IN ('released', 'replaced')
),
answer AS (
    SELECT DISTINCT ON (pupil_case_id) * FROM known
    WHERE outcome IN ('granted', 'partly', 'rejected', 'postponed', 'stopped')
    ORDER BY pupil_case_id, decided_at DESC
),
granted AS (
    SELECT DISTINCT ON (pupil_case_id) * FROM known
    WHERE outcome IN ('granted', 'partly', 'rejected', 'postponed')
    ORDER BY pupil_case_id, decided_at DESC
),
tariffs AS (
    SELECT granted.application_id, sum(grant_.tariff) AS tariff
    FROM granted
    JOIN visitation_grant grant_ ON grant_.decision_id = granted.id
    WHERE grant_.status <> 'annulled'
    GROUP BY 1
),
periods AS (
    SELECT known.application_id, min(grant_.starts_on) AS granted_from
    FROM known
    JOIN visitation_grant grant_ ON grant_.decision_id = known.id
    WHERE grant_.status <> 'annulled'
    GROUP BY 1
),
told AS (
    SELECT
        answer.application_id,
        CASE
            WHEN bool_or(outcome = 'postponed') THEN 'postponed'
            WHEN bool_and(outcome IN ('rejected', 'stopped')) THEN min(outcome)
            WHEN bool_or(outcome IN ('rejected', 'stopped')) THEN 'mixed'
            WHEN bool_or(outcome = 'partly') THEN 'partly'
            ELSE 'granted'
        END AS answer
    FROM answer
    GROUP BY 1
)
UPDATE applications_application application SET
    answer = told.answer,
    granted = coalesce(tariffs.tariff, 0),
    granted_from = periods.granted_from
FROM told
LEFT JOIN periods USING (application_id)
LEFT JOIN tariffs USING (application_id)
WHERE application.id = told.application_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("visitation", "0017_what_happened"),
        ("applications", "0013_waiting_and_answers"),
    ]

    operations = [migrations.RunSQL(ANSWERS, migrations.RunSQL.noop)]
