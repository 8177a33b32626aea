import uuid

import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import accounts.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_sign_ins"),
        ("documents", "0002_electronic_signatures"),
    ]

    operations = [
        migrations.CreateModel(
            name="FirstAccess",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("bin", accounts.fields.BinIinField(verbose_name="BIN / IIN")),
                ("iin", accounts.fields.BinIinField(only="iin", verbose_name="IIN")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                (
                    "language",
                    models.CharField(
                        choices=[("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")],
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                ("record", models.BinaryField()),
                ("record_sha256", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField(verbose_name="open until")),
                ("cms", models.BinaryField(blank=True, null=True)),
                ("certificate_sha256", models.CharField(blank=True, max_length=64)),
                ("checks", models.JSONField(blank=True, default=list)),
                ("evidence", models.JSONField(blank=True, default=list)),
                ("proved_at", models.DateTimeField(blank=True, null=True, verbose_name="proved")),
                (
                    "invitation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="first_access",
                        to="accounts.invitation",
                    ),
                ),
            ],
            options={
                "verbose_name": "first access",
                "verbose_name_plural": "first accesses",
                "ordering": ("-created_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("certificate_sha256", ""),
                                ("cms", None),
                                ("invitation", None),
                                ("proved_at", None),
                            ),
                            models.Q(
                                ("cms__isnull", False),
                                ("invitation__isnull", False),
                                ("proved_at__isnull", False),
                                models.Q(("certificate_sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="first_access_proved_by_a_signature",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="firstaccess",
            trigger=pgtrigger.compiler.Trigger(
                name="what_is_signed_is_frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."record" IS DISTINCT FROM NEW."record" OR OLD."record_sha256" IS DISTINCT FROM NEW."record_sha256" OR OLD."bin" IS DISTINCT FROM NEW."bin" OR OLD."iin" IS DISTINCT FROM NEW."iin" OR OLD."email" IS DISTINCT FROM NEW."email" OR OLD."created_at" IS DISTINCT FROM NEW."created_at")',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="650c9dc848333e71203396c9e4543b3e19bcfa40",
                    operation="UPDATE",
                    pgid="pgtrigger_what_is_signed_is_frozen_4e077",
                    table="documents_firstaccess",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="firstaccess",
            trigger=pgtrigger.compiler.Trigger(
                name="proofs_stay",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."proved_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="33a542088c27890c1738b48083ce07dfd9d83b34",
                    operation="DELETE",
                    pgid="pgtrigger_proofs_stay_8796d",
                    table="documents_firstaccess",
                    when="BEFORE",
                ),
            ),
        ),
    ]
