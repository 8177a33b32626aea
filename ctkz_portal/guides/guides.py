"""All guides, in the order of the cycle."""

from django.utils.translation import gettext_lazy as _

from .applicants import AGENT, APPLICANT
from .chambers import CHAMBER_OFFICER, CHAMBER_SIGNATORY
from .committee import COMMITTEE_HEAD, INSPECTOR
from .everybody import BUYER, PUBLIC
from .experts import AUDITOR, CANDIDATE, EXPERT_HEAD

GROUPS = (
    (_("Applicants"), (APPLICANT, AGENT)),
    (_("Expert organisations"), (EXPERT_HEAD, AUDITOR, CANDIDATE)),
    (_("Regional chambers"), (CHAMBER_OFFICER, CHAMBER_SIGNATORY)),
    (_("The Committee"), (INSPECTOR, COMMITTEE_HEAD)),
    (_("Everybody"), (BUYER, PUBLIC)),
)
GUIDES = {guide.slug: guide for _label, guides in GROUPS for guide in guides}
