from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0010_complaints_are_answered_by_two")]

    operations = [
        migrations.AddField(
            model_name="greylisting",
            name="request_number",
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name="greylisting",
            name="works_again_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]
