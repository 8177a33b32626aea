"""Records as the issuing rooms freeze them; every party is invented."""

from typing import Any

PARTY = {
    "name": {"kk": "«Пример-Фильтр» ЖШС", "ru": "ТОО «Пример-Фильтр»"},
    "bin": "990140000017",
    "address": {
        "kk": "Ұлытау облысы, Жезқазған қ., Үлгі к-сі, 19",
        "ru": "область Ұлытау, г. Жезказган, ул. Примерная, 19",
    },
}
PIECE = {"code": "796", "symbol": {"kk": "дана", "ru": "шт"}}
KAZAKH_NAME = "Сүзгіш ӘҒҚҢӨҰҮҺІ әғқңөұүһі «ауа» № {number}, бағасы ₸"


def goods_line(number: int, name: str = "") -> dict[str, Any]:
    return {
        "number": number,
        "name": name or f"Фильтр воздушный PF-{number:04d}A, СТ 990140000017-ТОО-01-2026",
        "hs_code": "8421990006",
        "kp_ved": "28.29.82",
        "quantity": "20",
        "unit": PIECE,
        "criterion": "Д8421",
        "local_content_percent": "68.20",
    }


def certificate(names: list[str] | int = 1, **changes: Any) -> dict[str, Any]:
    names = [""] * names if isinstance(names, int) else names
    record: dict[str, Any] = {
        "schema": "ctkz.certificate/1",
        "scheme": {"code": "CT-KZ", "name": {"kk": "CT-KZ", "ru": "CT-KZ"}},
        "number": "KZ 6 120 00318",
        "issued_on": "2026-11-22",
        "certified_at": "2026-11-22T14:01:07+05:00",
        "valid_until": "2027-11-22",
        "verify_url": "https://ctkz.example/v/7K2M9QX4RT",
        "verify_code": "7K2M9QX4RT",
        "chamber": {
            "code": "120",
            "name": {
                "kk": "Ұлытау облысының Кәсіпкерлер палатасы",
                "ru": "Палата предпринимателей области Ұлытау",
            },
            "bin": "990140000017",
            "address": {"kk": "Жезқазған қ.", "ru": "г. Жезказган"},
        },
        "category": {"code": "serial", "name": {"kk": "Сериялық өндіріс", "ru": "Серийное"}},
        "purpose": {
            "code": "origin",
            "name": {
                "kk": "Тауардың шыққан елін және елішілік құндылық үлесін растау үшін",
                "ru": "Для подтверждения страны происхождения товара",
            },
        },
        "producer": PARTY,
        "applicant": PARTY,
        "recipient": None,
        "contract": None,
        "act": {"number": "A-2026-00412", "signed_on": "2026-11-18", "sha256": "9f2c" * 16},
        "lines": [goods_line(number, name) for number, name in enumerate(names, 1)],
        "certified_by": {"name": "Үлгібекова Айгүл"},
        "declared_by": {"name": "Примеров Ержан", "at": "2026-11-18T09:12:44+05:00"},
        "service_notes": [],
    }
    return record | changes


def act_line(number: int, *, originating: bool = True, materials: int = 2) -> dict[str, Any]:
    return goods_line(number) | {
        "originating": originating,
        "justification": "Смена товарной позиции на уровне первых четырёх знаков",
        "reasons": []
        if originating
        else [{"code": "simple", "name": {"kk": "Өңдеу жеткіліксіз", "ru": "Обработки мало"}}],
        "calculation": {
            "formula": "exw/1",
            "price_kzt": "12500.00",
            "foreign_kzt": "3971.25",
            "share_percent": "68.23",
        },
        "materials": [
            {
                "number": material,
                "name": f"Бумага фильтровальная {number}-{material}",
                "hs_code": "4805400000",
                "country": "CN",
                "supplier": "ТОО «Пример-Снаб»",
                "document": "СФ № 1245",
                "value_kzt": "1985.63",
                "counted_foreign_kzt": "1985.62",
            }
            for material in range(1, materials + 1)
        ],
    }


def act(lines: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    base = certificate()
    record: dict[str, Any] = {
        "schema": "ctkz.act/1",
        "scheme": "CT-KZ",
        "number": "A-2026-00412",
        "signed_at": "2026-11-18T15:20:11+05:00",
        "signed_on": "2026-11-18",
        "valid_until": "2027-11-18",
        "request": {"number": "З-2026-00981", "submitted_on": "2026-11-02"},
        "expert_organisation": PARTY | {"code": "PE1"},
        "auditor": {
            "name": "Үлгібаев Дархан",
            "attestation": {
                "number": "ЭА-00017",
                "valid_from": "2025-03-01",
                "valid_until": "2028-03-01",
            },
        },
        "applicant": PARTY,
        "producer": PARTY,
        "recipient": None,
        "contract": {
            "number": "12-К",
            "date": "2026-10-01",
            "invoice_number": "77",
            "invoice_date": "2026-10-05",
        },
        "category": base["category"],
        "purpose": base["purpose"],
        "examination": {
            "began_on": "2026-11-05",
            "place": "г. Жезказган, ул. Примерная, 19",
            "site_visit": True,
            "visited_on": "2026-11-09",
            "attended": "Примеров Е. Ү.",
            "identification": "Маркировка PF на корпусе.\nУпаковка – картон.",
            "process": "Раскрой, гофрирование, склейка, сушка, контроль, упаковка.",
        },
        "documents": [
            {
                "type": {"code": "map", "name": {"kk": "Карта", "ru": "Технологическая карта"}},
                "title": "Карта PF-0001A",
                "number": "ТК-12",
                "dated_on": "2026-01-15",
                "sha256": "ab" * 32,
            }
        ],
        "lines": lines or [act_line(1), act_line(2, originating=False)],
        "positive": True,
    }
    return record | changes
