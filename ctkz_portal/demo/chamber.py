"""What a chamber of the demo needs before it may decide: mandates of its signatories, a seal."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from accounts.models import Membership
from issuance.models import Mandate, Power
from issuance.services import confirm_mandate, enter_mandate, register_portal_seal


def let_decide(people: Mapping[str, Membership]) -> None:
    """The first signatory's mandate is in force; that of the second waits for the first one."""
    first = _enter(
        people,
        "signatory",
        position_kk="Палата директоры (демо)",
        position_ru="Директор палаты (демо)",
        basis="Приказ № 1-Д (демо)",
        powers=Power.values,
    )
    if first is not None:
        # The chamber has nobody yet who may confirm, so the Committee does.
        confirm_mandate(mandate=first, actor=people["chief"])
    _enter(
        people,
        "signatory2",
        position_kk="Палата директорының орынбасары (демо)",
        position_ru="Заместитель директора палаты (демо)",
        basis="Приказ № 2-Д (демо)",
        powers=[Power.ISSUE, Power.REFUSE],
    )


def _enter(
    people: Mapping[str, Membership],
    name: str,
    *,
    position_kk: str,
    position_ru: str,
    basis: str,
    powers: list[str],
) -> Mandate | None:
    """Entered by the officer; None when the signatory has one already."""
    signatory = people[name]
    if Mandate.objects.filter(user=signatory.user, chamber=signatory.organisation).exists():
        return None
    return enter_mandate(
        actor=people["officer"],
        user=signatory.user,
        position_kk=position_kk,
        position_ru=position_ru,
        basis=basis,
        powers=powers,
        valid_from=signatory.valid_from,
    )


def register_seal() -> None:
    """The demonstration seal in the register of seals, for every chamber."""
    register_portal_seal(on=timezone.localdate() - timedelta(days=30))
