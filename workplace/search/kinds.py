"""What can be found, and the tabs in which it is shown."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    CERTIFICATE = "certificate", _("Certificate")
    REGISTER = "register", _("Certificate in the public register")
    CHANGE = "certificate_change", _("Change of a certificate")
    REQUEST = "request", _("Request for expertise")
    ACT = "act", _("Act of expertise")
    APPLICATION = "application", _("Application to a chamber")
    ORGANISATION = "organisation", _("Organisation")
    COMPANY = "company", _("Company in the public register")
    AUDITOR = "auditor", _("Expert-auditor")
    ATTESTATION = "attestation", _("Attestation of an auditor")
    CHECK = "desk_check", _("Desk check")
    RECOMMENDATION = "recommendation", _("Recommendation")
    MEASURE = "measure", _("Measure")
    COMPLAINT = "complaint", _("Complaint")
    INSPECTION = "inspection", _("Inspection")
    LISTING = "grey_listing", _("Seller of certificates")
    MASS_ACTION = "mass_action", _("Mass action")
    PLAN = "control_plan", _("Plan of desk control")
    RULE = "rule", _("Rule of origin")
    PACK = "rule_pack", _("Version of the rules")


class Tab(models.TextChoices):
    """In the order in which they stand when all are found equally well."""

    CERTIFICATES = "certificates", _("Certificates")
    REQUESTS = "requests", _("Requests")
    ACTS = "acts", _("Acts")
    APPLICATIONS = "applications", _("Applications")
    COMPANIES = "companies", _("Companies")
    AUDITORS = "auditors", _("Auditors")
    CONTROL = "control", _("Control")
    RULES = "rules", _("Rules of origin")


TAB_OF = {
    Kind.CERTIFICATE: Tab.CERTIFICATES,
    Kind.REGISTER: Tab.CERTIFICATES,
    Kind.CHANGE: Tab.CERTIFICATES,
    Kind.REQUEST: Tab.REQUESTS,
    Kind.ACT: Tab.ACTS,
    Kind.APPLICATION: Tab.APPLICATIONS,
    Kind.ORGANISATION: Tab.COMPANIES,
    Kind.COMPANY: Tab.COMPANIES,
    Kind.AUDITOR: Tab.AUDITORS,
    Kind.ATTESTATION: Tab.AUDITORS,
    Kind.CHECK: Tab.CONTROL,
    Kind.RECOMMENDATION: Tab.CONTROL,
    Kind.MEASURE: Tab.CONTROL,
    Kind.COMPLAINT: Tab.CONTROL,
    Kind.INSPECTION: Tab.CONTROL,
    Kind.LISTING: Tab.CONTROL,
    Kind.MASS_ACTION: Tab.CONTROL,
    Kind.PLAN: Tab.CONTROL,
    Kind.RULE: Tab.RULES,
    Kind.PACK: Tab.RULES,
}
# Of two entries about one thing the earlier is shown: it leads to more.
BETTER_FIRST = list(TAB_OF)
