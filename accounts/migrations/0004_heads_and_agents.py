import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_organisation_founders_and_accounts"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="membership",
            name="membership_dates_in_order",
        ),
        migrations.AddField(
            model_name="membership",
            name="agent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="agent",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="is_head",
            field=models.BooleanField(
                default=False, verbose_name="says who acts for the organisation"
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="mandate_number",
            field=models.CharField(
                blank=True, max_length=60, verbose_name="number of the power of attorney"
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="mandate_on",
            field=models.DateField(
                blank=True, null=True, verbose_name="date of the power of attorney"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    (
                        "valid_until__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("valid_from"), "-", models.Value(datetime.timedelta(days=1))
                        ),
                    ),
                    _connector="OR",
                ),
                name="membership_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("agent__isnull", True),
                        ("mandate_number", ""),
                        ("mandate_on__isnull", True),
                    ),
                    models.Q(
                        ("agent__isnull", False),
                        ("is_head", False),
                        ("role", "applicant"),
                        ("mandate_on__isnull", False),
                        ("valid_until__isnull", False),
                        ("valid_until__gte", models.F("mandate_on")),
                        models.Q(("mandate_number", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="membership_agent_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agent__isnull", True),
                    models.Q(("agent", models.F("organisation")), _negated=True),
                    _connector="OR",
                ),
                name="membership_agent_is_another",
            ),
        ),
    ]
