"""Somebody of every organisation says who acts for it: by office, or whoever came first."""

from django.db import migrations
from django.db.models import Exists, OuterRef, Q

HEAD_ROLES = ("expert_head", "chamber_signatory", "committee_head")


def name_heads(apps, schema_editor):
    memberships = apps.get_model("accounts", "Membership").objects
    memberships.filter(role__in=HEAD_ROLES).update(is_head=True)
    employees = memberships.filter(role="applicant", valid_until=None, user__is_active=True)
    earlier = employees.filter(organisation=OuterRef("organisation")).filter(
        Q(valid_from__lt=OuterRef("valid_from"))
        | Q(valid_from=OuterRef("valid_from"), id__lt=OuterRef("id"))
    )
    first = employees.filter(~Exists(earlier)).values_list("id", flat=True)
    memberships.filter(id__in=list(first)).update(is_head=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_heads_and_agents")]

    operations = [migrations.RunPython(name_heads, migrations.RunPython.noop)]
