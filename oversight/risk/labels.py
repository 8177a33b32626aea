"""What objects, bands, limits and thresholds are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Label = str | Promise

SUBJECTS: dict[str, Label] = {
    "certificate": _("Certificates"),
    "application": _("Applications"),
    "act": _("Acts of expertise"),
}
SUBJECT: dict[str, Label] = {
    "certificate": _("Certificate"),
    "application": _("Application"),
    "act": _("Act of expertise"),
}
# Label, tone and shape of a chip.
BANDS: dict[str, tuple[Label, str, str]] = {
    "high": (_("high, from 60"), "bad", "triangle"),
    "middle": (_("worth a look, 30 to 59"), "wait", "triangle"),
    "low": (_("low, under 30"), "neutral", "dot"),
}
LIMITS: dict[str, Label] = {
    "foreign_share_at_most": _("all foreign materials"),
    "same_heading_share_at_most": _("foreign materials of the goods' own heading"),
    "share_of_headings_at_most": _("foreign materials of named headings"),
    "foreign_articles_share_at_most": _("foreign materials of named articles"),
}
THRESHOLDS: dict[str, Label] = {
    "margin_points": _("margin within the limit, points"),
    "band_points": _("width of the band, points"),
    "least_acts": _("acts at least"),
    "times": _("times more"),
    "days": _("days looked at"),
    "full_percent": _("share for full strength, %"),
    "listed_percent": _("left of the strength under a row of the list, %"),
    "unnamed_percent": _("strength when nothing is named, %"),
    "most_lines": _("more lines than"),
    "least_lines": _("earlier lines at least"),
    "widely": _("producers that may share a paper"),
    "full_files": _("full strength at so many files"),
    "most_bits": _("bits apart at most"),
    "full_bits": _("full strength at bits apart"),
    "full_items": _("full strength at so many items"),
    "minutes_per_line": _("minutes for each line"),
    "most_acts": _("more acts than"),
    "percent": _("share of the producer's acts, %"),
    "full_count": _("full strength at so many"),
    "most_batches": _("more batches than"),
    "most_producers": _("more producers than"),
    "minutes": _("minutes"),
    "span": _("numbers on each side"),
    "least_times": _("look-ups at least"),
    "full_numbers": _("full strength at so many numbers"),
}
