"""The people and organisations of the generated history, and how they came to their posts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.identifiers import check_digit, complete_identifier
from accounts.models import HEAD_ROLES, Membership, Organisation, Role, User
from audit.past import PastEntry
from auditors.models import Attestation, AttestationCase
from issuance.models import Mandate
from reference.models import Chamber

from .chance import Chance
from .wares import WARES, Ware
from .words import FIRMS, person_name

DOMAIN = "history.example"
INSPECTORS, HEADS = 10, 3


@dataclass(slots=True)
class Auditor:
    """An expert-auditor: how busy, how careful, and the attestations in the order of time."""

    member: Membership
    case: AttestationCase
    weight: float
    is_careless: bool
    attestations: list[Attestation] = field(default_factory=list)

    def attestation_on(self, day: date) -> Attestation:
        return next(one for one in self.attestations if one.valid_from <= day <= one.valid_until)


@dataclass(slots=True)
class ExpertHouse:
    """An expert organisation with its head and its auditors."""

    organisation: Organisation
    head: Membership
    auditors: list[Auditor] = field(default_factory=list)


@dataclass(slots=True)
class ChamberDesk:
    """A regional chamber: who reviews there, who decides, and on what mandate."""

    organisation: Organisation
    region: Chamber
    officers: list[Membership]
    signatories: list[tuple[Membership, Mandate]]


@dataclass(slots=True)
class Applicant:
    """An applicant: what it makes, where, with whom it works and how often it comes."""

    member: Membership
    ware: Ware
    desk: ChamberDesk
    house: ExpertHouse
    other_house: ExpertHouse
    weight: float
    # Always the same auditor, where the organisation asks for that person.
    own_auditor: Auditor | None = None
    # A trader files for producers; their BINs and names.
    producers: tuple[tuple[str, str], ...] = ()
    # Of whom the technological papers were taken over.
    papers_of: "Applicant | None" = None

    @property
    def organisation(self) -> Organisation:
        return self.member.organisation


@dataclass(slots=True)
class Cast:
    """Everybody of the generated history."""

    committee: Organisation
    inspectors: list[Membership]
    heads: list[Membership]
    desks: list[ChamberDesk]
    houses: list[ExpertHouse]
    applicants: list[Applicant] = field(default_factory=list)

    @property
    def auditors(self) -> list[Auditor]:
        return [auditor for house in self.houses for auditor in house.auditors]


class Registry:
    """Makes people and organisations one after another; they are written together."""

    def __init__(self, seed: int, since: date, at: datetime) -> None:
        self.chance = Chance(seed, "people")
        self.since, self.at = since, at
        self.organisations: list[Organisation] = []
        self.users: list[User] = []
        self.members: list[Membership] = []
        self._bins = _identifiers("990240")
        self._iins = _identifiers("8801014")
        self._password = make_password(settings.CTKZ_DEMO_PASSWORD) if settings.CTKZ_DEMO else ""
        self._known: dict[str, int] = {}

    def organisation(self, kind: str, name: str, desk: Chamber, **fields: str) -> Organisation:
        number = len(self.organisations) + 1
        organisation = Organisation(
            id=self.chance.uuid(),
            kind=kind,
            bin=next(self._bins),
            name_kk=f"«{name}» ЖШС",
            name_ru=f"ТОО «{name}»",
            name_en=f"{name} LLP (example)",
            address_kk=f"{desk.name_kk}: Үлгі к-сі, {number}",
            address_ru=f"{desk.name_ru}: ул. Примерная, {number}",
            email=f"office{number}@{DOMAIN}",
            **fields,
        )
        self.organisations.append(organisation)
        return organisation

    def producers(self, count: int) -> Iterator[tuple[str, str]]:
        """Makers who come through a trader and have no sign-in of their own."""
        for number in range(1, count + 1):
            yield next(self._bins), f"Пример-Өндіріс {len(self.organisations)}-{number}"

    def member(self, role: Role, organisation: Organisation) -> Membership:
        """A new person; the first of a role may sign in where the demo's people may."""
        number = self._known[role] = self._known.get(role, 0) + 1
        user = User(
            id=self.chance.uuid(),
            email=f"{role.value.replace('_', '-')}{number}@{DOMAIN}",
            full_name=person_name(self.chance, len(self.users) + 1),
            iin=next(self._iins),
            language=self.chance.choice(("kk", "ru")),
            password=(self._password if number <= 3 else "") or make_password(None),
        )
        membership = Membership(
            id=self.chance.uuid(),
            user=user,
            organisation=organisation,
            role=role,
            valid_from=self.since,
            # Applicants of the history have one person each.
            is_head=role in (*HEAD_ROLES, Role.APPLICANT),
        )
        self.users.append(user)
        self.members.append(membership)
        return membership


def _identifiers(beginning: str) -> Iterator[str]:
    """Sound identifiers that nobody has, one after another."""
    width = 11 - len(beginning)
    for number in range(10**width):
        eleven = f"{beginning}{number:0{width}d}"
        if check_digit(eleven) is not None:
            yield complete_identifier(eleven)


def people_of_the_committee(
    registry: Registry, committee: Organisation
) -> tuple[list[Membership], list[Membership]]:
    inspectors = [registry.member(Role.INSPECTOR, committee) for _n in range(INSPECTORS)]
    heads = [registry.member(Role.COMMITTEE_HEAD, committee) for _n in range(HEADS)]
    return inspectors, heads


def chamber_desks(
    registry: Registry, chambers: dict[str, Organisation], head: Membership
) -> list[ChamberDesk]:
    """Every chamber with officers and two signatories whose mandates were confirmed in time."""
    desks = []
    for region in Chamber.objects.all():
        chamber = chambers[region.code]
        officers = [registry.member(Role.CHAMBER_OFFICER, chamber) for _n in range(3)]
        desk = ChamberDesk(chamber, region, officers, [])
        for number in (1, 2):
            member = registry.member(Role.CHAMBER_SIGNATORY, chamber)
            mandate = Mandate(
                id=registry.chance.uuid(),
                chamber=chamber,
                user=member.user,
                position_kk="Палата директоры" if number == 1 else "Директордың орынбасары",
                position_ru="Директор палаты" if number == 1 else "Заместитель директора",
                basis=f"Приказ № {number}-П (пример)",
                powers=["issue", "mandates", "refuse", "revoke", "suspend"],
                valid_from=registry.since,
                entered_by=officers[0].user,
                entered_at=registry.at,
                confirmed_by=head.user,
                confirmed_at=registry.at,
            )
            desk.signatories.append((member, mandate))
        desks.append(desk)
    return desks


def expert_houses(
    registry: Registry, desks: list[ChamberDesk], houses: int, auditors: int
) -> list[ExpertHouse]:
    """Expert organisations of different sizes; a few auditors do very much, a few carelessly."""
    chance = registry.chance
    made = []
    for number in range(1, houses + 1):
        organisation = registry.organisation(
            "expert", f"Үлгі-Сараптама {number}", chance.choice(desks).region, code=f"H{number:02d}"
        )
        made.append(ExpertHouse(organisation, registry.member(Role.EXPERT_HEAD, organisation)))
    for number in range(auditors):
        # Each has two at least, the rest falls to the first ones more often.
        house = (
            made[number // 2] if number < 2 * houses else made[int(houses * chance.random() ** 2)]
        )
        member = registry.member(Role.AUDITOR, house.organisation)
        case = AttestationCase(
            id=chance.uuid(), case_id=chance.uuid(), user=member.user,
            organisation=house.organisation,
        )  # fmt: skip
        weight = 6.0 if number % 11 == 0 else chance.uniform(0.5, 1.5)
        house.auditors.append(Auditor(member, case, weight, is_careless=number % 17 == 3))
    return made


def applicants(
    registry: Registry, desks: list[ChamberDesk], houses: list[ExpertHouse], count: int
) -> list[Applicant]:
    """Producers of one kind of goods each; some come every week, most a few times in three years.

    A few take over another's papers, ask for one and the same auditor, or trade in others' goods.
    """
    chance = registry.chance
    made: list[Applicant] = []
    regions = [1 / (1 + number) for number in range(len(desks))]
    for number in range(1, count + 1):
        desk = chance.choices(desks, regions)[0]
        house, other = chance.choice(houses), chance.choice(houses)
        organisation = registry.organisation(
            "applicant", f"{chance.choice(FIRMS)} {number}", desk.region
        )
        applicant = Applicant(
            member=registry.member(Role.APPLICANT, organisation),
            ware=WARES[number % len(WARES)],
            desk=desk,
            house=house,
            other_house=other,
            weight=min(chance.paretovariate(1.3), 30.0),
        )
        if number % 29 == 0:
            applicant.producers = tuple(registry.producers(4))
        if number % 23 == 0:
            applicant.own_auditor = chance.choice(house.auditors)
            applicant.weight += 2
        alike = [one for one in made if one.ware is applicant.ware]
        if number % 31 == 0 and alike:
            applicant.papers_of = chance.choice(alike)
        made.append(applicant)
    return made


def mandate_entries(
    desks: Iterable[ChamberDesk], head: Membership, at: datetime
) -> list[PastEntry]:
    """Every mandate was entered by an officer and confirmed by the Committee."""
    entries = []
    for desk in desks:
        entered_by, chamber = desk.officers[0].ref(), desk.organisation.code
        for member, mandate in desk.signatories:
            subject = mandate.subject_ref()
            facts = {
                "chamber": chamber,
                "holder": str(member.user_id),
                "powers": ",".join(mandate.powers),
            }
            entries += [
                PastEntry(at, "mandate.entered", entered_by, subject, facts=facts),
                PastEntry(at, "mandate.confirmed", head.ref(), subject, facts={"chamber": chamber}),
            ]
    return entries
