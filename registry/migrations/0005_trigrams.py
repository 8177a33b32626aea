from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Search by parts of words; a trusted extension, so the database's owner may create it."""

    dependencies = [("registry", "0004_receipts")]

    operations = [TrigramExtension()]
