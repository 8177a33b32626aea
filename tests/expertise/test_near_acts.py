"""Acts that nearly repeat another are pointed out to those who judge, and stop nothing."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from expertise.blockers import signing_blockers
from expertise.models import Act, ExpertiseRequest, Fingerprint, SecondOpinion
from expertise.near_acts import near_acts
from expertise.services import correcting, evidence, examining, signing
from tests import scenarios
from tests.expertise.test_fingerprints import OTHER, TEXT, a_picture
from tests.expertise.test_pages import page, signed_in, text

pytestmark = pytest.mark.django_db


def under_expertise(written: str = TEXT, photo: int | None = None, **options) -> ExpertiseRequest:
    """Everything established; what was written and photographed is of our choosing."""
    request = scenarios.examine(scenarios.a_request("in_expertise", **options))
    auditor = scenarios.actor_of(request, Role.AUDITOR)
    examining.save_examination(
        request=request, actor=auditor, values={"identification": written, "process": "Сборка."}
    )
    if photo is not None:
        evidence.add_evidence(
            request=request, actor=auditor, upload=a_photo(photo), type="identification_photo"
        )
    return request


def a_photo(seed: int) -> SimpleUploadedFile:
    out = io.BytesIO()
    a_picture(seed).save(out, "JPEG")
    return SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg")


def signed(request: ExpertiseRequest) -> Act:
    act = signing.sign_act(request=request, actor=scenarios.actor_of(request, Role.AUDITOR))
    request.refresh_from_db()
    return act


def test_a_text_that_nearly_repeats_another_act_is_found_before_the_signature():
    earlier = signed(under_expertise())
    request = under_expertise(TEXT.replace("три", "пять").replace("PF-0001A", "PF-0777"))
    (found,) = near_acts(request)
    assert (found.act, found.kind) == (earlier, "text")
    assert found.apart <= 12
    assert near_acts(under_expertise(OTHER)) == []


def test_a_photograph_used_twice_is_found_and_counted():
    earlier = signed(under_expertise(photo=1))
    request = under_expertise(OTHER, photo=1)
    (found,) = near_acts(request)
    assert (found.act, found.kind, found.apart, found.count) == (earlier, "photo", 0, 1)
    assert near_acts(under_expertise(OTHER, photo=5)) == []


def test_it_warns_the_auditor_and_stops_nothing():
    earlier = signed(under_expertise())
    request = under_expertise()
    auditor = signed_in(scenarios.actor_of(request, Role.AUDITOR))
    shown = text(auditor.get(page("request-sign", request.pk)))
    assert earlier.number in shown
    # Another house's act: its number is told, its page is not.
    assert page("act-detail", earlier.pk) not in shown
    fresh = ExpertiseRequest.objects.get(pk=request.pk)
    assert all(blocker.is_clear for blocker in signing_blockers(fresh))
    act = signed(request)
    assert act.status == "signed"


def test_head_and_committee_see_it_and_the_applicant_does_not():
    earlier = signed(under_expertise())
    act = signed(under_expertise())
    head = signed_in(scenarios.actor_of(act.request, Role.EXPERT_HEAD))
    assert earlier.number in text(head.get(page("act-detail", act.pk)))
    inspector = signed_in(scenarios.a_person(Role.INSPECTOR))
    shown = text(inspector.get(page("act-detail", act.pk)))
    assert page("act-detail", earlier.pk) in shown
    case = text(inspector.get(reverse("workplace:case-detail", args=[act.case_id])))
    assert earlier.number in case
    applicant = signed_in(scenarios.actor_of(act.request, Role.APPLICANT))
    assert earlier.number not in text(applicant.get(page("act-detail", act.pk)))


def test_a_correction_does_not_repeat_its_own_act():
    act = signed(under_expertise(photo=1))
    correction = correcting.open_correction(
        act=act, actor=scenarios.actor_of(act.request, Role.AUDITOR), reason="slip"
    )
    new = signed(correction)
    assert Fingerprint.objects.filter(request=new.request).count() == 2
    assert near_acts(new.request) == []


def test_the_two_sides_of_a_blind_expertise_do_not_learn_of_each_other():
    first, second = under_expertise(), under_expertise()
    signed(first)
    SecondOpinion.objects.create(first=first, second=second, status=SecondOpinion.WORKFLOW.initial)
    assert near_acts(second) == []
    signed(second)
    assert near_acts(first) == []


def test_a_short_text_is_never_compared():
    signed(under_expertise("Соответствует."))
    assert near_acts(under_expertise("Соответствует.")) == []


def test_many_acts_take_as_many_queries_as_one():
    def queries(request: ExpertiseRequest) -> int:
        with CaptureQueriesContext(connection) as captured:
            near_acts(request)
        return len(captured)

    signed(under_expertise(photo=1))
    request = under_expertise(photo=1)
    one = queries(request)
    for _number in range(3):
        signed(under_expertise(photo=1))
    assert len(near_acts(request)) == 8
    assert queries(request) == one
