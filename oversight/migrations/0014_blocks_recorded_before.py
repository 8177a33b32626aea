"""What was recorded as blocked before blocks had rows of their own."""

from django.db import migrations

ADD = """
INSERT INTO oversight_greyblock (id, listing_id, blocked_on, reference, recorded_at, works_again_at)
SELECT gen_random_uuid(), id, blocked_on, block_reference, blocked_at,
       CASE WHEN status <> 'blocked' THEN works_again_at END
FROM oversight_greylisting
WHERE blocked_at IS NOT NULL AND blocked_on IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0013_blocks_of_addresses")]

    operations = [migrations.RunSQL(ADD, migrations.RunSQL.noop)]
