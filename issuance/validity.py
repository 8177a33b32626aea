"""How long a certificate is in force."""

from datetime import date

from dateutil.relativedelta import relativedelta

from reference.parameters import parameter

from .models import Application


def last_day(application: Application, *, on: date) -> date:
    """The last day of a certificate given on this day: by category, never beyond its scheme."""
    request = application.act.request
    months = parameter(f"certificate.validity_months.{request.category}", on=on)
    return request.scheme.cap(on + relativedelta(months=months))
