import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("auditors", "0003_bans_on_new_acts"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='attestationcase',
            name='status_follows_table',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='attestationcase',
            name='revocation_is_frozen',
        ),
        migrations.RemoveConstraint(
            model_name='attestationcase',
            name='attestation_case_revoked_with_a_day',
        ),
        migrations.AddField(
            model_name='attestationcase',
            name='reinstated_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='reinstated on'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attestationcase',
            trigger=pgtrigger.compiler.Trigger(name='status_follows_table', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{admitted:failed,admitted:tested,admitted:withdrawn,applied:admitted,applied:refused,applied:withdrawn,attested:attested,attested:expired,attested:revoked,attested:suspended,revoked:attested,suspended:attested,suspended:expired,suspended:revoked,tested:attested,tested:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='1f34fe0d836b0fa2d5e187c8da816b567461ec1e', operation='UPDATE', pgid='pgtrigger_status_follows_table_98388', table='auditors_attestationcase', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attestationcase',
            trigger=pgtrigger.compiler.Trigger(name='revocation_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.revoked_on IS NOT NULL AND OLD.status = \'revoked\') AND (OLD."revoked_on" IS DISTINCT FROM NEW."revoked_on" OR OLD."revoked_by_id" IS DISTINCT FROM NEW."revoked_by_id" OR OLD."revocation_proposed_by_id" IS DISTINCT FROM NEW."revocation_proposed_by_id" OR OLD."revocation_reason" IS DISTINCT FROM NEW."revocation_reason"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='6d8c833d33118ec9d590560e30c22c3798295434', operation='UPDATE', pgid='pgtrigger_revocation_is_frozen_93b24', table='auditors_attestationcase', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='attestationcase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revoked_on__isnull', False), ('status', 'revoked'), ('revocation_proposed_by__isnull', False), ('revoked_by__isnull', False), ('reinstated_on__isnull', True)), models.Q(models.Q(('status', 'revoked'), _negated=True), ('revoked_by__isnull', True), ('revoked_on__isnull', True)), models.Q(models.Q(('status', 'revoked'), _negated=True), ('reinstated_on__gte', models.F('revoked_on'))), _connector='OR'), name='attestation_case_revoked_with_a_day'),
        ),
    ]
