"""What an auditor may examine: kinds of work, commodity groups, languages, a region. Pure."""

from collections.abc import Iterable, Sequence

from django.db import models
from django.utils.translation import gettext_lazy as _

from reference.codes import GROUPS_NOT_IN_USE

# A region that is not named is every region.
WHOLE_COUNTRY = ""
CHAPTERS = tuple(
    chapter for number in range(1, 98) if (chapter := f"{number:02d}") not in GROUPS_NOT_IN_USE
)


class Kind(models.TextChoices):
    """The two things an expert-auditor is attested for (order 01.07.2021 № 440-НҚ)."""

    ORIGIN = "origin", _("Country of origin of goods")
    STATUS = "status", _("Status of goods of the Union or foreign goods")


class Language(models.TextChoices):
    KAZAKH = "kk", "Қазақша"
    RUSSIAN = "ru", "Русский"
    ENGLISH = "en", "English"


def every_kind() -> list[str]:
    return list(Kind.values)


def every_language() -> list[str]:
    return list(Language.values)


def codes_out_of_scope(
    *, kinds: Sequence[str], chapters: Sequence[str], kind: str, hs_codes: Iterable[str]
) -> list[str]:
    """Those of `hs_codes` that a scope does not cover, each once, in the order given.

    No chapters in the scope means all of them. A kind of work that is not in the scope leaves
    every code out.
    """
    codes = dict.fromkeys(hs_codes)
    if kind not in kinds:
        return list(codes)
    if not chapters:
        return []
    return [code for code in codes if code[:2] not in chapters]
