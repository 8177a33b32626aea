"""Invented organisations and people of the demo. No real person or company stands behind them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.identifiers import complete_identifier
from accounts.models import HEAD_ROLES, Membership, Organisation, Role, User
from reference.models import Chamber

from .attesting import attest
from .chamber import let_decide

DOMAIN = "@demo.example"


@dataclass(frozen=True)
class DemoPerson:
    """One sign-in: `place` names the organisation by its key, `agent` the agent's own."""

    email: str
    full_name: str
    place: str
    role: Role
    language: str = "ru"
    is_head: bool = False
    agent: str = ""


# New people go to the end: the place gives the IIN.
PEOPLE = (
    DemoPerson(
        "applicant@demo.example", "Үлгіева Айгүл (демо)", "filter", Role.APPLICANT, "kk", True
    ),
    DemoPerson(
        "milk@demo.example", "Примеров Молочник (демо)", "milk", Role.APPLICANT, is_head=True
    ),
    DemoPerson("head@demo.example", "Демонов Руководитель (демо)", "expert", Role.EXPERT_HEAD),
    DemoPerson("auditor@demo.example", "Сарапшин Аудитор (демо)", "expert", Role.AUDITOR),
    DemoPerson("auditor2@demo.example", "Вторая Аудитор (демо)", "expert", Role.AUDITOR),
    DemoPerson("officer@demo.example", "Қарашы Палата (демо)", "120", Role.CHAMBER_OFFICER, "kk"),
    DemoPerson(
        "signatory@demo.example", "Подписантов Палата (демо)", "120", Role.CHAMBER_SIGNATORY
    ),
    DemoPerson(
        "inspector@demo.example", "Инспекторов Комитет (демо)", "committee", Role.INSPECTOR, "en"
    ),
    DemoPerson("chief@demo.example", "Решалов Начальник (демо)", "committee", Role.COMMITTEE_HEAD),
    DemoPerson("candidate@demo.example", "Кандидатов Соискатель (демо)", "expert", Role.AUDITOR),
    DemoPerson("novice@demo.example", "Сынақ Күтуші (демо)", "expert", Role.AUDITOR, "kk"),
    DemoPerson("head2@demo.example", "Екінші Басшы (демо)", "expert2", Role.EXPERT_HEAD, "kk"),
    DemoPerson("auditor3@demo.example", "Независимов Аудитор (демо)", "expert2", Role.AUDITOR),
    DemoPerson("wood@demo.example", "Ағашбаева Үлгі (демо)", "wood", Role.APPLICANT, "kk", True),
    DemoPerson(
        "signatory2@demo.example", "Екінші Қолтаңба (демо)", "120", Role.CHAMBER_SIGNATORY, "kk"
    ),
    DemoPerson("inspector2@demo.example", "Сырдария Бақылау (демо)", "committee", Role.INSPECTOR),
    DemoPerson(
        "inspector3@demo.example", "Третьяков Инспектор (демо)", "committee", Role.INSPECTOR
    ),
    DemoPerson(
        "chief2@demo.example", "Екінші Бастық (демо)", "committee", Role.COMMITTEE_HEAD, "kk"
    ),
    DemoPerson("employee@demo.example", "Орынбасар Үлгі (демо)", "filter", Role.APPLICANT, "kk"),
    DemoPerson(
        "agent@demo.example", "Поверенный Агент (демо)", "filter", Role.APPLICANT, agent="agent"
    ),
)
# Whom the agent serves besides.
SECOND_CLIENT = "milk"

# Eleven digits; the check digit is added. The serial parts are plainly made up.
ORGANISATIONS = {
    "filter": {
        "kind": "applicant",
        "bin": "99014000001",
        "name_kk": "«Пример-Фильтр» ЖШС",
        "name_ru": "ТОО «Пример-Фильтр»",
        "name_en": "Primer-Filter LLP",
        "address_kk": "Ұлытау облысы, Жезқазған қ., Үлгі к-сі, 19",
        "address_ru": "область Ұлытау, г. Жезказган, ул. Примерная, 19",
    },
    "milk": {
        "kind": "applicant",
        "bin": "99014000002",
        "name_kk": "«Пример-Сүт» ЖШС",
        "name_ru": "ТОО «Пример-Сүт»",
        "name_en": "Primer-Sut LLP",
        "address_kk": "Қызылорда қ., Үлгі к-сі, 7",
        "address_ru": "г. Кызылорда, ул. Примерная, 7",
    },
    "wood": {
        "kind": "applicant",
        "bin": "99014000007",
        "name_kk": "«Пример-Жиһаз» ЖШС",
        "name_ru": "ТОО «Пример-Жиһаз»",
        "name_en": "Primer-Zhihaz LLP",
        "address_kk": "Жезқазған қ., Үлгі к-сі, 27",
        "address_ru": "г. Жезказган, ул. Примерная, 27",
    },
    "agent": {
        "kind": "applicant",
        "bin": "99014000008",
        "name_kk": "«Пример-Өкіл» ЖШС",
        "name_ru": "ТОО «Пример-Агент»",
        "name_en": "Primer-Agent LLP",
        "address_kk": "Астана қ., Үлгі к-сі, 31",
        "address_ru": "г. Астана, ул. Примерная, 31",
    },
    "expert": {
        "kind": "expert",
        "bin": "99014000003",
        "code": "E01",
        "name_kk": "«Үлгі-Сараптама» ЖШС",
        "name_ru": "ТОО «Үлгі-Сараптама»",
        "name_en": "Ulgi-Saraptama LLP",
        "address_kk": "Қарағанды қ., Үлгі к-сі, 3",
        "address_ru": "г. Караганда, ул. Примерная, 3",
    },
    "expert2": {
        "kind": "expert",
        "bin": "99014000005",
        "code": "E02",
        "name_kk": "«Үлгі-Талдау» ЖШС",
        "name_ru": "ТОО «Үлгі-Талдау»",
        "name_en": "Ulgi-Taldau LLP",
        "address_kk": "Шымкент қ., Үлгі к-сі, 11",
        "address_ru": "г. Шымкент, ул. Примерная, 11",
    },
    "committee": {
        "kind": "committee",
        "bin": "99014000004",
        "name_kk": "Техникалық реттеу және метрология комитеті (демо)",
        "name_ru": "Комитет технического регулирования и метрологии (демо)",
        "name_en": "Committee for Technical Regulation and Metrology (demo)",
        "address_kk": "Астана қ.",
        "address_ru": "г. Астана",
    },
}


@dataclass(frozen=True)
class Cast:
    """Everybody of the demo by e-mail, and the organisations by key."""

    members: dict[str, Membership]
    organisations: dict[str, Organisation]

    def __getitem__(self, name: str) -> Membership:
        return self.members[f"{name}{DOMAIN}"]

    def by_name(self) -> dict[str, Membership]:
        return {email.removesuffix(DOMAIN): member for email, member in self.members.items()}


def ensure_people() -> Cast:
    """Creates whoever is missing; running it again changes nothing."""
    organisations = {key: ensure_organisation(key) for key in ORGANISATIONS} | ensure_chambers()
    start = timezone.localdate() - timedelta(days=30)
    members = {
        person.email: _member(person, organisations, start, number)
        for number, person in enumerate(PEOPLE, start=1)
    }
    cast = Cast(members, organisations)
    _place(cast["agent"].user, PEOPLE[-1], organisations, start, place=SECOND_CLIENT)
    attest(cast.by_name())
    let_decide(cast.by_name())
    return cast


def ensure_organisation(key: str) -> Organisation:
    """One of the organisations above, the same in the demo and in a generated history."""
    return _organisation(key, ORGANISATIONS[key])


def ensure_chambers() -> dict[str, Organisation]:
    """All regional chambers by code."""
    return {
        chamber.code: _organisation(
            chamber.code,
            {
                "kind": "chamber",
                "bin": f"99014000{number}",
                "code": chamber.code,
                "name_kk": chamber.name_kk,
                "name_ru": chamber.name_ru,
                "name_en": chamber.name_en,
            },
        )
        for number, chamber in enumerate(Chamber.objects.all(), start=101)
    }


def _organisation(key: str, values: dict[str, str]) -> Organisation:
    fields = dict(values)
    identifier = complete_identifier(fields.pop("bin"))
    organisation, _created = Organisation.objects.get_or_create(
        bin=identifier, defaults={**fields, "email": f"{key}@demo.example"}
    )
    return organisation


def _member(
    person: DemoPerson, organisations: dict[str, Organisation], start: date, number: int
) -> Membership:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(
            person.email,
            settings.CTKZ_DEMO_PASSWORD,
            full_name=person.full_name,
            language=person.language,
            iin=complete_identifier(f"900101300{number:02d}"),
        )
    return _place(user, person, organisations, start, place=person.place)


def _place(
    user: User,
    person: DemoPerson,
    organisations: dict[str, Organisation],
    start: date,
    *,
    place: str,
) -> Membership:
    """What the person may do for the organisation; an agent for a year, under an invented power."""
    power = {
        "mandate_number": f"ДЕМО-{place}",
        "mandate_on": start,
        "valid_until": start + timedelta(days=365),
    }
    membership, _created = Membership.objects.get_or_create(
        user=user,
        organisation=organisations[place],
        role=person.role,
        agent=organisations.get(person.agent),
        **({} if person.agent else {"valid_until": None}),
        defaults={
            "valid_from": start,
            "is_head": person.is_head or person.role in HEAD_ROLES,
            **(power if person.agent else {}),
        },
    )
    return membership
