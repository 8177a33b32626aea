"""Signing the decision on a measure: what is signed, and what is done once it is signed."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from documents import purposes, signing
from documents.models import SigningItem, SigningSession
from expertise.signatures import named, record_of
from oversight.models import Measure

from .deciding import PURPOSE, impose_measure, record_to_sign
from .selectors import visible_to


def begin_signing(
    measure: Measure, actor: Membership, *, note: str, seen_version: int
) -> SigningSession:
    """Shows the decider the decision that the signature will carry out."""
    return signing.begin(
        purpose=PURPOSE,
        actor=actor,
        records=[
            signing.ToSign(
                subject=measure.subject_ref(),
                label=measure.number,
                record=record_to_sign(measure, actor, note=note),
                arguments={"note": note, "seen_version": seen_version},
            )
        ],
        return_url=reverse("oversight:measure-detail", args=[measure.number]),
    )


def summary(item: SigningItem) -> list[purposes.Fact]:
    """The decision in words, with what it does and what it costs."""
    record = record_of(item)
    facts: list[purposes.Fact] = [
        (_("Measure"), named(record["type"]["name"])),
        (_("Subject"), named(record["subject"]["name"])),
    ]
    for label, key in ((_("Certificate"), "certificate"), (_("Act of expertise"), "act")):
        if record[key]:
            facts.append((label, record[key]["number"]))
    if record["reason"]:
        facts.append((_("Reason"), named(record["reason"]["name"])))
    facts.append((_("What it rests on"), record["grounds"]))
    if record["fine"]:
        facts += [
            (_("Fine, MCI"), record["fine"]["mci"]),
            (_("Fine, tenge"), record["fine"]["tenge"]),
        ]
    if record["reply"]:
        facts.append((_("Reply of the subject"), record["reply"]))
    if record["note"]:
        facts.append((_("Note"), record["note"]))
    return facts


def complete(item: SigningItem, actor: Membership) -> str:
    """Carries out the signed decision; the service compares the record once more."""
    measure = Measure.objects.get(pk=item.subject_id)
    impose_measure(
        measure=measure,
        actor=actor,
        note=item.arguments["note"],
        seen_version=item.arguments["seen_version"],
        signed=item,
    )
    return reverse("oversight:measure-detail", args=[measure.number])


def may_see(measure_id: str, actor: Membership) -> bool:
    return visible_to(actor).filter(pk=measure_id).exists()


purposes.register(
    PURPOSE,
    label=_("Decision on a measure"),
    holding=signing.Holding.ORGANISATION,
    complete=complete,
    summary=summary,
    done=_("The decision is signed and in force."),
)
purposes.register_sight(Measure.SUBJECT_TYPE, may_see)
