from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("issuance", "0004_take_overs"),
    ]

    operations = [
        migrations.AddField(
            model_name="overuse",
            name="request_key",
            field=models.CharField(default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="overuse",
            constraint=models.UniqueConstraint(
                fields=("drawn_by", "request_key"), name="over_use_once_per_request"
            ),
        ),
    ]
