"""How pages show figures, moments, codes and statuses; loaded into every template."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Paginator
from django.forms import BaseForm, BaseFormSet
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from reference import citations
from reference.glossary import words

register = template.Library()

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
HUNDREDTH = Decimal("0.01")


def _decimal(value: Any) -> Decimal | None:
    """`value` as an exact decimal; None when there is no figure to show."""
    if value is None or value == "":
        return None
    if isinstance(value, float):
        raise TypeError("Figures are exact decimals; a float has lost digits already.")
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def _in_digits(amount: Decimal, *, grouped: bool) -> str:
    """`amount` with the decimal sign of the active language and thin spaces between thousands."""
    text = f"{amount:,f}" if grouped else f"{amount:f}"
    whole, _sign, fraction = text.replace("-", "−").partition(".")
    decimal_sign = "." if (get_language() or "").startswith("en") else ","
    return whole.replace(",", NARROW_SPACE) + (decimal_sign + fraction if fraction else "")


@register.filter
def share(value: Any) -> str:
    """A percentage without its sign: at most two digits after the comma, no idle zeros."""
    amount = _decimal(value)
    if amount is None:
        return ""
    rounded = amount.quantize(HUNDREDTH, ROUND_HALF_UP)
    shortest = f"{rounded:f}".rstrip("0").rstrip(".")
    return _in_digits(Decimal(shortest), grouped=False)


@register.filter
def money(value: Any) -> str:
    """A sum in tenge; tiyn are shown only when there are some."""
    amount = _decimal(value)
    if amount is None:
        return ""
    rounded = amount.quantize(HUNDREDTH, ROUND_HALF_UP)
    shown = rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded
    return f"{_in_digits(shown, grouped=True)}{NO_BREAK_SPACE}₸"


@register.filter
def amount(value: Any) -> str:
    """A quantity or a count: grouped thousands, every digit after the comma that says something."""
    figure = _decimal(value)
    if figure is None:
        return ""
    whole = figure == figure.to_integral_value()
    return _in_digits(figure.quantize(Decimal(1)) if whole else figure.normalize(), grouped=True)


@register.filter
def hs_code(value: Any) -> str:
    """Ten digits in the groups of the nomenclature: 8421 99 000 6."""
    digits = str(value or "")
    groups = (digits[:4], digits[4:6], digits[6:9], digits[9:])
    return " ".join(group for group in groups if group)


@register.filter
def day(value: date | datetime | None) -> str:
    """A date as papers in Kazakhstan print it, in every language alike."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return value.strftime("%d.%m.%Y")


@register.filter
def cited(source: str) -> str:
    """The source of a rule, an act and its place, in the reader's language."""
    return citations.cited(source)


def _day_in_words(value: date) -> str:
    today = timezone.localdate()
    if value == today:
        return _("today")
    if value == today - timedelta(days=1):
        return _("yesterday")
    if value == today + timedelta(days=1):
        return _("tomorrow")
    return day(value)


@register.filter
def moment(value: date | datetime | None) -> str:
    """A moment by the clock of Astana; the nearest days are named by word."""
    if not value:
        return ""
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), _day_in_words(value))
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}, {}</time>',
        local.isoformat(timespec="seconds"),
        _("%(moment)s, Astana time") % {"moment": local.strftime("%d.%m.%Y %H:%M")},
        _day_in_words(local.date()),
        local.strftime("%H:%M"),
    )


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing from the sprite; silent for screen readers unless it has a label."""
    address = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', address
    )


@register.simple_tag
def term(key: str, text: str = "") -> SafeString:
    """A word of the glossary where a newcomer meets it: its meaning as a title, its page as a link.

    `text` is the word as the sentence needs it; without it the word stands as in the glossary.
    """
    word = words()[key]
    return format_html(
        '<a class="term" href="{}#{}"><dfn title="{}">{}</dfn></a>',
        reverse("glossary"),
        key,
        word.definition,
        text or word.name,
    )


@register.inclusion_tag("components/chip.html")
def chip(label: str, tone: str = "neutral", shape: str = "dot") -> dict[str, Any]:
    return {"label": label, "tone": tone, "shape": shape}


@register.inclusion_tag("components/chip.html")
def status_chip(thing: Any) -> dict[str, Any]:
    """The status of an object (or a bare `Status`) as a shape and a word."""
    status = getattr(thing, "status_info", thing)
    return {"label": status.label, "tone": status.tone, "shape": status.shape}


@register.inclusion_tag("components/deadline.html")
def working_days_left(
    days: int | None, total: int | None = None, until: datetime | date | None = None
) -> dict[str, Any]:
    """How long is left, in words; `total` adds a bar of the time already used."""
    if days is None:
        return {"label": ""}
    if days < 0:
        tone, shape = "bad", "triangle"
        label = ngettext("%(days)d working day late", "%(days)d working days late", -days) % {
            "days": -days
        }
    elif days == 0:
        tone, shape = "bad", "triangle"
        label = _("today")
        if isinstance(until, datetime):
            label = _("today by %(time)s") % {"time": timezone.localtime(until).strftime("%H:%M")}
    else:
        tone, shape = ("wait", "triangle") if days == 1 else ("neutral", "dot")
        label = ngettext("%(days)d working day", "%(days)d working days", days) % {"days": days}
    used = min(max(total - days, 0), total) if total else None
    return {
        "label": label,
        "tone": tone,
        "shape": shape,
        "used": used,
        "total": total,
        "until": until,
    }


@register.simple_tag
def upload_limit() -> int:
    return settings.CTKZ_UPLOAD_MAX_BYTES


@register.filter
def page_numbers(paginator: Paginator, number: int) -> list[int | None]:
    """The pages to offer beside page `number`; None stands for those left out."""
    elided = paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    return [None if page == paginator.ELLIPSIS else int(page) for page in elided]


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Any], here: object = None) -> dict[str, Any]:
    """The history; entries about the very thing of the page, `here`, do not name it again."""
    return {"events": events, "here": "" if here is None else str(here)}


@register.simple_tag
def chart(drawn: Any) -> SafeString:
    """A chart with the table behind it; which one is drawn is the chart's own affair."""
    return render_to_string(drawn.template, {"chart": drawn})


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | BaseFormSet | None) -> dict[str, Any]:
    """Everything to mend on the page, each with a link to its field."""
    return {"errors": [error for form in forms if form is not None for error in _errors_of(form)]}


def _errors_of(form: BaseForm | BaseFormSet) -> list[dict[str, str]]:
    if isinstance(form, BaseFormSet):
        found = [
            {"field": "", "target": "", "message": str(text)} for text in form.non_form_errors()
        ]
        for row, member in enumerate(form.forms, start=1):
            for error in _errors_of(member):
                found.append({**error, "row": str(row)})
        return found
    if not form.is_bound:
        return []
    found = []
    for name, messages in form.errors.items():
        bound = form[name] if name in form.fields else None
        for message in messages:
            found.append(
                {"field": _label(bound), "target": _target(bound), "message": str(message)}
            )
    return found


def _label(bound: BoundField | None) -> str:
    return str(bound.label) if bound is not None else ""


def _target(bound: BoundField | None) -> str:
    """Groups of radio buttons are reached through their first choice."""
    if bound is None or bound.is_hidden:
        return ""
    return bound.id_for_label or f"{bound.auto_id}_0"
