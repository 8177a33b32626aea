"""People with a second factor in a real browser: application, security key, signature."""

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from csp.constants import SELF
from django.conf import settings as django_settings
from django.utils import timezone
from playwright.sync_api import CDPSession, Page, expect

from accounts.models import SignIn, User
from ctkz_portal.demo.people import ensure_people
from documents.eds.authority import SoftwareAuthority
from documents.eds.people import own_key
from documents.eds.stand_in import StandIn, listening
from tests.browsers import WIDE, press

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
HOME = "/account/second-factor/"
DECIDERS = ["auditor", "inspector"]


def code_of(secret: str, *, later: int = 0) -> str:
    counter = int(timezone.now().timestamp()) // 30 + later
    return totp.format_hotp_value(totp.hotp_value(secret.replace(" ", ""), counter))


def give_password(page: Page, name: str) -> None:
    page.goto("/account/sign-in/")
    page.fill("[name=email]", f"{name}@demo.example")
    page.fill("[name=password]", django_settings.CTKZ_DEMO_PASSWORD)
    page.press("[name=password]", "Enter")


def leave(page: Page) -> None:
    """By the menu, as people do; it is open even where nothing else is."""
    page.locator("details.menu:not(.narrow) > summary").last.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()


def confirm(page: Page) -> None:
    page.fill("main [name=password]", django_settings.CTKZ_DEMO_PASSWORD)
    press(page, "Go on")


def a_security_key(page: Page) -> CDPSession:
    """A key in the USB port of this browser, whose owner touches it at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasResidentKey": False,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def person(
    people: Callable[[str], Page], new_person: Callable[..., Page], complaints: list[str]
) -> Page:
    """A browser of somebody who will sign in; the demo's people are there."""
    del people
    page = new_person(locale="en-GB", viewport=WIDE)
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    return page


def test_whoever_decides_sets_up_the_application_first_and_comes_in_with_it(
    person: Page, settings: Any, look: Callable[[Page, str], None], complaints: list[str]
) -> None:
    settings.CTKZ_SECOND_FACTOR_ROLES = DECIDERS
    give_password(person, "inspector")
    expect(person).to_have_url(re.compile(HOME))
    expect(person.locator("main")).to_contain_text("Set up a second factor to go on")
    look(person, "second-factor-needed")
    press(person, "Set up the application")
    look(person, "second-factor-password")
    confirm(person)
    person.get_by_text("No camera? Enter the secret by hand").click()
    secret = person.locator(".second-factor-secret").inner_text()
    look(person, "second-factor-application")
    person.fill("[name=code]", code_of(secret))
    press(person, "Turn on")
    expect(person.locator("h1")).to_have_text("Keep these recovery codes now")
    recovery = person.locator(".recovery-codes li").first.inner_text()
    look(person, "second-factor-codes")
    press(person, "I have kept them")
    expect(person).not_to_have_url(re.compile("second-factor"))

    leave(person)
    give_password(person, "inspector")
    expect(person.locator("h1")).to_have_text("One more step: your second factor")
    person.fill("[name=code]", "000000")
    press(person, "Sign in")
    expect(person.locator(".error-summary")).to_contain_text("This code is not right")
    look(person, "second-factor-wrong")
    person.fill("[name=code]", code_of(secret, later=1))
    press(person, "Sign in")
    expect(person).not_to_have_url(re.compile("second-factor"))

    leave(person)
    give_password(person, "inspector")
    person.fill("[name=code]", recovery)
    press(person, "Sign in")
    person.goto("/account/profile/")
    expect(person.locator("main")).to_contain_text("9 recovery codes left")
    look(person, "profile")
    person.goto("/account/sign-ins/")
    expect(person.locator("main")).to_contain_text("the password was right, the code was wrong")
    look(person, "sign-ins")
    person.goto(HOME)
    look(person, "second-factor-set-up")
    assert complaints == []


def test_a_security_key_is_registered_and_opens_the_door(
    person: Page, look: Callable[[Page, str], None], complaints: list[str]
) -> None:
    give_password(person, "auditor")
    expect(person).not_to_have_url(re.compile("sign-in"))
    a_security_key(person)
    person.goto(HOME)
    press(person, "Add a security key")
    confirm(person)
    person.fill("[name=name]", "Blue, office")
    look(person, "second-factor-key")
    with person.expect_navigation(url=re.compile("recovery-codes")):
        person.get_by_role("button", name="Add the key").click()
    expect(person.locator("main")).to_contain_text("The second factor is set up.")
    person.goto(HOME)
    expect(person.locator("main")).to_contain_text("Blue, office")
    look(person, "second-factor-with-key")

    # The same key is not taken twice.
    press(person, "Add a security key")
    person.fill("[name=name]", "Once more")
    person.get_by_role("button", name="Add the key").click()
    expect(person.locator(".key-status")).to_contain_text("registered already")

    leave(person)
    give_password(person, "auditor")
    expect(person.locator("h1")).to_have_text("One more step: your second factor")
    look(person, "second-factor-check")
    with person.expect_navigation(url=re.compile(r"/(\?.*)?$|choose")):
        person.get_by_role("button", name="Use the security key").click()
    user = User.objects.get(email="auditor@demo.example")
    assert SignIn.objects.filter(user=user).first().second_factor == "webauthn"
    assert complaints == []


def test_somebody_elses_key_opens_nothing(person: Page, new_person: Callable[..., Page]) -> None:
    give_password(person, "auditor")
    expect(person).not_to_have_url(re.compile("sign-in"))
    a_security_key(person)
    person.goto(f"{HOME}key/")
    confirm(person)
    person.fill("[name=name]", "Blue")
    with person.expect_navigation(url=re.compile("recovery-codes")):
        person.get_by_role("button", name="Add the key").click()
    thief = new_person(locale="en-GB", viewport=WIDE)
    a_security_key(thief)
    give_password(thief, "auditor")
    thief.get_by_role("button", name="Use the security key").click()
    expect(thief.locator(".key-status")).to_contain_text("The key did not answer.")
    thief.goto("/account/profile/")
    expect(thief).to_have_url(re.compile("sign-in"))


# --- the electronic signature ------------------------------------------------------------------


@pytest.fixture
def layer(eds: SoftwareAuthority, settings: Any, people: Callable[[str], Page]) -> Iterator[None]:
    """What stands in for NCALayer, with the key of one person in it."""
    del people
    settings.CTKZ_DEMO = True
    cast = ensure_people()
    known = {
        member.user.iin: [own_key(eds, member.user)]
        for member in (cast["inspector"], cast["auditor"])
    }
    stand_in = StandIn(keys=lambda iin, bin: known.get(iin, []))
    with listening(stand_in, port=0) as server:
        address = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        settings.CTKZ_NCALAYER_URL = address
        directives = django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {
            "DIRECTIVES": {**directives, "connect-src": [SELF, address]}
        }
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield
        server.shutdown()
        thread.join()


def test_a_person_signs_in_with_the_electronic_signature(
    layer: None, new_person: Callable[..., Page], look: Callable[[Page, str], None], settings: Any
) -> None:
    settings.CTKZ_SECOND_FACTOR_ROLES = DECIDERS
    page = new_person(locale="en-GB", viewport=WIDE)
    page.goto("/account/sign-in/?as=inspector@demo.example&next=/account/sign-ins/")
    look(page, "sign-in")
    press(page, "Sign in with the electronic signature")
    look(page, "sign-in-signature")
    with page.expect_navigation(url=re.compile("/account/sign-ins/")):
        page.get_by_role("button", name="Sign with NCALayer").click()
    expect(page.locator("main")).to_contain_text("electronic signature")
    look(page, "sign-ins-signature")


def test_nobody_is_let_in_when_the_signature_is_cancelled(
    layer: None, new_person: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = new_person(locale="en-GB", viewport=WIDE)
    page.goto("/documents/sign-in/")
    page.get_by_role("button", name="Sign with NCALayer").click()
    expect(page.locator(".signing-status")).to_contain_text("You cancelled the signature.")
    look(page, "sign-in-signature-cancelled")
    page.goto("/account/profile/")
    expect(page).to_have_url(re.compile("sign-in"))
