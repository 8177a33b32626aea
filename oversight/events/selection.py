"""Events of plans of desk control.

The public may read what binds the Committee: the commitment, the draw, what ended the plan. The
secret and the seed stand in the last of them alone: whoever had them before could draw the list
and warn those on it.
"""

from django.utils.translation import gettext_lazy as _

import audit

audit.register(
    "control_plan.prepared",
    facts=("number",),
    sentence=_("Plan of desk control %(number)s was prepared"),
)
audit.register(
    "control_plan.changed",
    facts=("number",),
    sentence=_("Plan of desk control %(number)s was changed"),
)
audit.register(
    "control_plan.committed",
    facts=(
        "number", "frame_size", "frame_sha256", "nonce_sha256", "by_risk", "by_lottery",
        "risk_versions", "rules_sha256",
    ),
    sentence=_(
        "Plan %(number)s was committed: of %(frame_size)s certificates %(by_risk)s will be "
        "selected by risk and %(by_lottery)s by lottery"
    ),
    is_public=True,
)  # fmt: skip
audit.register(
    "control_plan.drawn",
    facts=("number", "checkpoint_size", "root", "selected", "draw_sha256"),
    sentence=_(
        "Plan %(number)s was drawn from the state of the log with %(checkpoint_size)s entries: "
        "%(selected)s certificates"
    ),
    is_public=True,
)
audit.register(
    "control_plan.closed",
    facts=("number", "nonce", "seed", "draw_sha256", "checked", "with_violations"),
    sentence=_(
        "Plan %(number)s was closed: %(checked)s certificates checked, violations in "
        "%(with_violations)s; the frame and the draw are public"
    ),
    is_public=True,
)
audit.register(
    "control_plan.cancelled",
    facts=("number",),
    sentence=_("Plan of desk control %(number)s was cancelled"),
    is_public=True,
)

audit.register_subject("control_plan", "oversight:plan-detail", by_label=True)
