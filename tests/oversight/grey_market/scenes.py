"""Sellers in every status, reached the way people reach it; strangers and their forms."""

import datetime as dt
import io
import ipaddress
import uuid
from typing import Any

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import Membership, Organisation, Role
from oversight.grey_market.deciding import (
    block_listing,
    confirm_listing,
    dismiss_listing,
    return_listing,
    send_listing,
)
from oversight.grey_market.reporting import report_seller
from oversight.models import GreyListing, GreyReport, Posting
from oversight.strangers import SECONDS_TO_WRITE, new_seal
from reference.models import Department
from registry.models import UnknownLookup, Way
from tests import scenarios

ADDRESS = "https://sertifikat-primer.example/"
OFFER = "СТ-KZ за один день без экспертизы, 150 000 тенге (пример)."
BODY = "Уполномоченный орган в области информации"
STATUSES = ("reported", "confirmed", "sent_for_blocking", "blocked", "back", "dismissed")


def report(address: str = ADDRESS, **values: Any) -> GreyReport:
    given: dict[str, Any] = {
        "form_token": uuid.uuid4(),
        "address": address,
        "text": OFFER,
        "seen_on": timezone.localdate(),
    }
    return report_seller(**given | values)


class Committee:
    """Two people of one office: who confirms does not send."""

    def __init__(self, posted_to: str = "") -> None:
        known = Organisation.objects.filter(kind="committee").first()
        self.organisation = known or scenarios.an_organisation("committee")
        self.first = self.person(posted_to=posted_to)
        self.second = self.person(posted_to=posted_to)

    def person(self, role: str = Role.INSPECTOR, posted_to: str = "") -> Membership:
        member = scenarios.a_person(role, self.organisation)
        if posted_to:
            Posting.objects.create(
                user=member.user,
                department=Department.objects.get(pk=posted_to),
                since=timezone.localdate() - dt.timedelta(days=10),
            )
        return member

    def listing(
        self, status: str = "reported", address: str = ADDRESS, region: str = "110"
    ) -> GreyListing:
        """As services bring it there; `back` is blocked once and works again."""
        listing = report(address).listing
        steps = {
            "confirmed": lambda: confirm_listing(
                listing=listing,
                actor=self.first,
                name="Продавец «Пример»",
                description=OFFER,
                region=Department.objects.get(pk=region) if region else None,
            ),
            "sent_for_blocking": lambda: send_listing(
                listing=listing, actor=self.second, body=BODY
            ),
            "blocked": lambda: block_listing(
                listing=listing,
                actor=self.second,
                blocked_on=timezone.localdate(),
                reference="Б-17",
            ),
            "back": lambda: return_listing(listing=listing, actor=self.first),
        }
        if status == "dismissed":
            return dismiss_listing(listing=listing, actor=self.first, note="Обычная реклама.")
        for name, step in steps.items():
            if status == "reported":
                break
            listing = step()
            if name == status:
                break
        return GreyListing.objects.get(pk=listing.pk)


def a_stranger() -> Client:
    """With an address of one's own: what comes from one is counted."""
    address = ipaddress.IPv6Address((0x20010DB8 << 96) | uuid.uuid4().int >> 64)
    return Client(headers={"Accept-Language": "en"}, REMOTE_ADDR=str(address))


def form(**values: Any) -> dict[str, Any]:
    """What a person sends who took the time to write."""
    written_since = timezone.now().timestamp() - SECONDS_TO_WRITE - 1
    return {
        "seal": new_seal(written_since=written_since),
        "second_topic": "",
        "address": ADDRESS,
        "text": OFFER,
        "seen_on": timezone.localdate().isoformat(),
        "contact": "",
    } | values


def a_screenshot(name: str = "screen.png", colour: str = "#00748a") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (640, 400), colour).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def signed_in(member: Membership) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(member.user)
    return client


def looked_up(number: str, *, days_ago: int = 0, times: int = 1) -> None:
    """As the page of verification counts it."""
    day = timezone.localdate() - dt.timedelta(days=days_ago)
    for _time in range(times):
        UnknownLookup.add_one(Way.NUMBER, on=day, number=number)


def days_later(days: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + dt.timedelta(days=days), tick=False)
