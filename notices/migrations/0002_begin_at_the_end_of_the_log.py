"""What was in the log before there were notices is told to nobody; an empty log begins at once."""

from django.db import migrations
from django.db.models import Max

NAME = "notices"


def begin(apps, schema_editor):
    last = apps.get_model("audit", "LogLeaf").objects.aggregate(last=Max("index"))["last"]
    cursors = apps.get_model("oversight", "ProjectionCursor").objects
    cursors.get_or_create(
        name=NAME, defaults={"next_index": 0 if last is None else last + 1}
    )


def forget(apps, schema_editor):
    apps.get_model("oversight", "ProjectionCursor").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_cosignatures_append_only'),
        ('notices', '0001_notices_and_announcements'),
        ('oversight', '0003_projections_of_figures'),
    ]

    operations = [migrations.RunPython(begin, forget)]
