"""How long and to whom a decision of a chamber may be appealed: told in every letter and order."""

from datetime import date

from dateutil.relativedelta import relativedelta

from reference.parameters import parameter


def appeal_rights(*, on: date) -> dict[str, str]:
    """The paragraph on the right of appeal, in both official languages."""
    text: dict[str, str] = parameter("appeal.rights", on=on)
    return text


def appeal_until(decided_on: date) -> date:
    """The last day of an appeal (APPC 29.06.2020 № 350-VI, article 92)."""
    months: int = parameter("appeal.months", on=decided_on)
    return decided_on + relativedelta(months=months)
