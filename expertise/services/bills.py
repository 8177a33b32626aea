"""One bill of materials used for several goods lines."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import Membership
from expertise.line_ranges import LineRange, shown
from expertise.models import GoodsLine, Material
from expertise.services.copying import values_of
from expertise.services.filing import MATERIAL_FIELDS, editable, record_event, refuse_too_many


def lines_meant(line: GoodsLine, lines: LineRange) -> list[GoodsLine]:
    """The other lines of the request that `lines` names, each with `materials_count`."""
    others = line.request.lines.exclude(pk=line.pk).order_by("number")
    found = {other.number: other for other in others.annotate(materials_count=Count("materials"))}
    known = {*found, line.number}
    if strangers := [number for number in lines.numbers() if number not in known]:
        raise DomainError(
            "unknown_line",
            _("The request has no goods lines with these numbers: %(lines)s.")
            % {"lines": shown(strangers)},
            field="lines",
        )
    return [found[number] for number in lines.of(found)]


@transaction.atomic
def copy_bill(*, line: GoodsLine, actor: Membership, lines: LineRange) -> int:
    """Gives the materials of `line` to other lines in place of theirs; returns to how many."""
    request = editable(line.request, actor)
    bill = list(line.materials.all())
    if not bill:
        raise DomainError("no_bill", _("This line has no materials to copy."), field="lines")
    targets = lines_meant(line, lines)
    if not targets:
        raise DomainError("no_lines", _("Name at least one other line."), field="lines")
    kept = Material.objects.filter(line__request=request).exclude(line__in=targets).count()
    refuse_too_many(kept + len(bill) * len(targets))
    Material.objects.filter(line__in=targets).delete()
    Material.objects.bulk_create(copies(bill, targets))
    record_event(
        request,
        "request.bill_copied",
        actor,
        line=line.number,
        lines=len(targets),
        materials=len(bill) * len(targets),
    )
    return len(targets)


@transaction.atomic
def copy_line(*, line: GoodsLine, actor: Membership) -> GoodsLine:
    """The line once more at the end of the draft, with its materials."""
    request = editable(line.request, actor)
    bill = list(line.materials.all())
    refuse_too_many(Material.objects.filter(line__request=request).count() + len(bill))
    last = request.lines.aggregate(last=Max("number"))["last"] or 0
    copy = GoodsLine(request=request, **values_of(line, without=["request_id", "number"]))
    copy.number = last + 1
    copy.save()
    Material.objects.bulk_create(copies(bill, [copy]))
    record_event(
        request,
        "request.line_copied",
        actor,
        line=line.number,
        copy=copy.number,
        materials=len(bill),
    )
    return copy


def copies(bill: Sequence[Material], targets: Sequence[GoodsLine]) -> list[Material]:
    return [
        Material(
            line=target,
            number=material.number,
            **{name: getattr(material, name) for name in MATERIAL_FIELDS},
        )
        for target in targets
        for material in bill
    ]
