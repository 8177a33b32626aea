"""Which README carries the diagram of which transition table."""

from pathlib import Path

from auditors.workflow import ATTESTATION_WORKFLOW
from expertise.workflow import ACT_WORKFLOW, REQUEST_WORKFLOW
from issuance.workflow import APPLICATION_WORKFLOW, CERTIFICATE_WORKFLOW, CHANGE_WORKFLOW
from notices.workflow import ANNOUNCEMENT_WORKFLOW
from origin.workflow import PACK_WORKFLOW, RULING_WORKFLOW
from oversight.workflows.checks import CHECK_WORKFLOW
from oversight.workflows.complaints import COMPLAINT_WORKFLOW
from oversight.workflows.grey_market import GREY_WORKFLOW
from oversight.workflows.inspections import INSPECTION_WORKFLOW
from oversight.workflows.mass import MASS_WORKFLOW
from oversight.workflows.measures import APPEAL_WORKFLOW, MEASURE_WORKFLOW
from oversight.workflows.plans import PLAN_WORKFLOW
from oversight.workflows.recommendations import RECOMMENDATION_WORKFLOW
from workflow.diagrams import with_diagram

ROOT = Path(__file__).resolve().parent.parent
DIAGRAMS = {
    ROOT / "auditors" / "README.md": (ATTESTATION_WORKFLOW,),
    ROOT / "expertise" / "README.md": (REQUEST_WORKFLOW, ACT_WORKFLOW),
    ROOT / "issuance" / "README.md": (
        APPLICATION_WORKFLOW,
        CERTIFICATE_WORKFLOW,
        CHANGE_WORKFLOW,
    ),
    ROOT / "notices" / "README.md": (ANNOUNCEMENT_WORKFLOW,),
    ROOT / "origin" / "README.md": (PACK_WORKFLOW, RULING_WORKFLOW),
    ROOT / "oversight" / "README.md": (
        PLAN_WORKFLOW,
        CHECK_WORKFLOW,
        RECOMMENDATION_WORKFLOW,
        MEASURE_WORKFLOW,
        APPEAL_WORKFLOW,
        MASS_WORKFLOW,
        COMPLAINT_WORKFLOW,
        INSPECTION_WORKFLOW,
        GREY_WORKFLOW,
    ),
}


def fresh_readmes() -> dict[Path, str]:
    """What each README should say, diagrams up to date."""
    texts = {}
    for path, workflows in DIAGRAMS.items():
        text = path.read_text(encoding="utf-8")
        for workflow in workflows:
            text = with_diagram(text, workflow)
        texts[path] = text
    return texts
