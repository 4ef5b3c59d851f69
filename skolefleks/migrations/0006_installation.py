from django.db import migrations

# No model: a test that empties the models' tables must not take the
# installation's name with it.
CREATE = """
    CREATE TABLE skolefleks_installation (
        only_one boolean PRIMARY KEY DEFAULT true CONSTRAINT there_is_one_installation CHECK (only_one),
        id uuid NOT NULL DEFAULT gen_random_uuid()
    );
    INSERT INTO skolefleks_installation DEFAULT VALUES;
"""


class Migration(migrations.Migration):
    dependencies = [("skolefleks", "0005_idempotency_of_long_addresses")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE skolefleks_installation")]
