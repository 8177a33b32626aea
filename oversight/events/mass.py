"""Events of mass actions."""

from django.utils.translation import gettext_lazy as _

import audit

audit.register(
    "mass_action.prepared",
    facts=("kind", "total", "list_sha256", "undoes"),
    sentence=_("A mass action over %(total)s certificates was tried dry"),
)
audit.register(
    "mass_action.sample_seen",
    facts=("list_sha256",),
    sentence=_("The drawn sample was looked at"),
)
audit.register(
    "mass_action.proposed",
    facts=("total", "list_sha256"),
    sentence=_("Proposed for %(total)s certificates"),
)
audit.register(
    "mass_action.first_approved", facts=("list_sha256",), sentence=_("Approved by the first person")
)
audit.register(
    "mass_action.approved",
    facts=("list_sha256", "record_sha256"),
    sentence=_("Approved by the second person; the work began"),
)
audit.register("mass_action.rejected", facts=(), sentence=_("The mass action was rejected"))
audit.register("mass_action.withdrawn", facts=(), sentence=_("The mass action was withdrawn"))
audit.register(
    "mass_action.stopped",
    facts=("done",),
    sentence=_("Stopped after %(done)s certificates"),
)
audit.register("mass_action.resumed", facts=(), sentence=_("The work goes on"))
audit.register(
    "mass_action.certificate_left",
    facts=("certificate", "refusal"),
    sentence=_("Certificate %(certificate)s was left as it was"),
)
audit.register(
    "mass_action.finished",
    facts=("done", "left"),
    sentence=_("Carried out: %(done)s certificates changed, %(left)s left as they were"),
)

audit.register_subject("mass_action", "oversight:mass-detail", by_label=True)
