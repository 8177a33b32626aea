from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("expertise", "0002_evidence_and_evaluation"),
    ]

    operations = [
        migrations.AddField(
            model_name="requestdocument",
            name="lines",
            field=models.ManyToManyField(
                blank=True,
                related_name="documents",
                to="expertise.goodsline",
                verbose_name="goods lines",
            ),
        ),
    ]
