"""What a chamber of the demo needs before it may decide: a mandate of its signatory, a seal."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from accounts.models import Membership
from issuance.models import Mandate, Power
from issuance.services import confirm_mandate, enter_mandate, register_portal_seal


def let_decide(people: Mapping[str, Membership]) -> None:
    """The officer enters the signatory's mandate, the Committee confirms this first one."""
    signatory = people["signatory"]
    if Mandate.objects.filter(user=signatory.user, chamber=signatory.organisation).exists():
        return
    mandate = enter_mandate(
        actor=people["officer"],
        user=signatory.user,
        position_kk="Палата директоры (демо)",
        position_ru="Директор палаты (демо)",
        basis="Приказ № 1-Д (демо)",
        powers=Power.values,
        valid_from=signatory.valid_from,
    )
    confirm_mandate(mandate=mandate, actor=people["chief"])


def register_seal() -> None:
    """The demonstration seal in the register of seals, for every chamber."""
    register_portal_seal(on=timezone.localdate() - timedelta(days=30))
