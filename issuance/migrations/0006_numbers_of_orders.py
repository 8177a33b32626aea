import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("issuance", "0005_refused_attempts_counted_once"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="certificatechange",
            name="decision_is_frozen",
        ),
        migrations.AddField(
            model_name="certificatechange",
            name="order_number",
            field=models.CharField(blank=True, max_length=40, verbose_name="number of the order"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="certificatechange",
            trigger=pgtrigger.compiler.Trigger(
                name="decision_is_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN ((OLD.status <> \'proposed\') AND (OLD."decided_by_id" IS DISTINCT FROM NEW."decided_by_id" OR OLD."decided_at" IS DISTINCT FROM NEW."decided_at" OR OLD."decision_note" IS DISTINCT FROM NEW."decision_note" OR OLD."mandate_id" IS DISTINCT FROM NEW."mandate_id" OR OLD."signature_id" IS DISTINCT FROM NEW."signature_id" OR OLD."order_number" IS DISTINCT FROM NEW."order_number"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="5cb08c376af91e501f55034f97ae83906ee62811",
                    operation="UPDATE",
                    pgid="pgtrigger_decision_is_frozen_e3aa1",
                    table="issuance_certificatechange",
                    when="BEFORE",
                ),
            ),
        ),
    ]
