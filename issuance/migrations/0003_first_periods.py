"""Certificates issued before statuses were kept in time: in force since their issue."""

from typing import Any

from django.db import migrations


def begin_periods(apps: Any, _schema_editor: Any) -> None:
    certificate = apps.get_model("issuance", "Certificate")
    period = apps.get_model("issuance", "StatusPeriod")
    period.objects.bulk_create(
        period(certificate_id=pk, status="valid", since=since)
        for pk, since in certificate.objects.filter(
            issued_at__isnull=False, periods__isnull=True
        ).values_list("pk", "issued_at")
    )


class Migration(migrations.Migration):
    dependencies = [("issuance", "0002_life_of_a_certificate")]

    operations = [migrations.RunPython(begin_periods, migrations.RunPython.noop)]
