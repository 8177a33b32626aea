"""From which day to which day: terms of attestations and suspensions, retakes. Pure."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta


def last_day_of_years(first: date, years: int) -> date:
    """The last day of a term: the eve of the day that bears the same date."""
    return first + relativedelta(years=years) - timedelta(days=1)


def last_day_of_months(first: date, months: int) -> date:
    return first + relativedelta(months=months) - timedelta(days=1)


def retake_day(last_test: date, months: int) -> date:
    """The first day on which the next test may be taken."""
    return last_test + relativedelta(months=months)


def extension_opens(valid_until: date, days: int) -> date:
    """The first day on which an extension may be asked for and decided."""
    return valid_until - timedelta(days=days)


def is_passed(*, score: int, questions: int, threshold_percent: int) -> bool:
    """In whole numbers: a share would have to be rounded."""
    return score * 100 >= threshold_percent * questions
