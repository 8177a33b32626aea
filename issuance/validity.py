"""How long a certificate is in force."""

from datetime import date

from dateutil.relativedelta import relativedelta

from reference.parameters import parameter

from .models import Application


def last_day(application: Application, *, on: date) -> date:
    """The last day of a certificate given on this day: by category, never beyond its scheme.

    A replacement corrects and does not prolong: it ends with the certificate it stands for.
    """
    request = application.act.request
    if application.replaces is not None:
        return request.scheme.cap(application.replaces.valid_until)
    months = parameter(f"certificate.validity_months.{request.category}", on=on)
    return request.scheme.cap(on + relativedelta(months=months))
