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


def evaluated_line(
    number: int, *, originating: bool = True, materials: int = 2, spread: int = 0
) -> dict[str, Any]:
    """A line of an act of the second schema; `spread` makes its bill differ from the others."""
    value = 1985 + spread
    rows = [
        {
            "number": row,
            "name": f"Бумага фильтровальная {row}",
            "hs_code": "4805400000",
            "country": "CN",
            "supplier": "ТОО «Пример-Снаб»",
            "origin_document": "customs",
            "document": f"ДТ 55302/{row:06d}",
            "local_percent": None,
            "value_kzt": f"{value}.25" if row % 2 else "956.246912",
            "currency": "KZT" if row % 2 else "USD",
            "amount": None if row % 2 else "2",
            "rate": None if row % 2 else "478.123456",
            "rate_on": None if row % 2 else "2026-10-30",
            "rate_source": "" if row % 2 else "Национальный банк",
            "evidence": {"ref": 2, "page": str(row)} if row < 30 else None,
        }
        for row in range(1, materials + 1)
    ]
    steps = [
        {
            "number": row["number"],
            "value_kzt": row["value_kzt"],
            "foreign_percent": "100",
            "counted_foreign_kzt": row["value_kzt"],
        }
        for row in rows
    ]
    line = act_line(number, originating=originating, materials=0)
    del line["calculation"]
    words = {"kk": "Шетелдік материалдардың үлесі", "ru": "Доля иностранных материалов"}
    return line | {
        "ground": None,
        "condition": {
            "row": "8421",
            "text": {
                "kk": "шетелдік материалдар бағаның 50 %-ынан аспайды",
                "ru": "иностранные материалы не дороже 50 % цены",
            },
            "reason": "Подходит вся позиция",
            "reading": {
                "code": "A",
                "words": {"kk": "упаковка есептелмейді", "ru": "без упаковки"},
                "reason": "Упаковка возвратная",
            },
        },
        "evidence": [{"ref": 1, "page": "2–4", "note": "маршрутная карта"}] if originating else [],
        "evaluation": {
            "inputs": {"treatment": "foreign_remainder"},
            "result": {},
            "local_content": {
                "formula": "exw/1",
                "denominator_kzt": "12500",
                "foreign_kzt": str(value),
                "share_percent": "68.23",
                "steps": steps,
            },
        },
        "reasoning": {
            "kk": ["Ереже орындалды.", f"{words['kk']}: {31 + number % 2},77 % ≤ 50 %."],
            "ru": ["Правило выполнено.", f"{words['ru']}: {31 + number % 2},77 % ≤ 50 %."],
        },
        "materials": rows,
    }


def evaluated_act(lines: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """An act of the second schema: rules, evaluation, operations, visit, proofs."""
    record = act(lines or [evaluated_line(1), evaluated_line(2), evaluated_line(3)])
    paper = record["documents"][0]
    return (
        record
        | {
            "schema": "ctkz.act/2",
            "corrects": None,
            "rules": {"pack": "CIS-2023", "sha256": "cd" * 32, "valid_from": "2023-06-08"},
            "assignment": {"way": "lot", "draw": "7", "checkpoint_size": 41234},
            "auditor": record["auditor"]
            | {"attestation": record["auditor"]["attestation"] | {"kinds": [], "chapters": ["84"]}},
            "documents": [
                paper | {"ref": 1},
                paper | {"ref": 2, "title": "Реестр документов на сырьё", "number": "Р-1"},
            ],
            "examination": record["examination"]
            | {
                "steps": [
                    {
                        "number": 1,
                        "line": None,
                        "operation": {
                            "code": "pleating_and_bonding",
                            "name": {
                                "kk": "сүзгі материалын гофрлеу",
                                "ru": "гофрирование и склейка",
                            },
                        },
                        "description": "Гофрирование пакета",
                        "equipment": "Линия ЛГ-2",
                        "evidence": {"ref": 1, "page": "3"},
                    },
                    {
                        "number": 2,
                        "line": 2,
                        "operation": {
                            "code": "welding",
                            "name": {"kk": "дәнекерлеу", "ru": "сварка узлов"},
                        },
                        "description": "",
                        "equipment": "",
                        "evidence": None,
                    },
                ],
                "visit": [
                    {
                        "item": {
                            "code": "premises",
                            "name": {"kk": "Үй-жайлар бар", "ru": "Помещения имеются"},
                        },
                        "answer": "yes",
                        "note": "Цех 1200 м²",
                    },
                    {
                        "item": {
                            "code": "capacity",
                            "name": {"kk": "Қуат сәйкес", "ru": "Мощность соответствует"},
                        },
                        "answer": "na",
                        "note": "",
                    },
                ],
                "lab_results": [
                    {
                        "line": 1,
                        "laboratory": "ТОО «Пример-Лаб»",
                        "protocol_number": "П-77",
                        "dated_on": "2026-11-10",
                        "conclusion": "Состав бумаги: целлюлоза 100 %.",
                        "evidence": {"ref": 2, "page": "9"},
                    }
                ],
            },
        }
        | changes
    )


SIGNATURE = {
    "sha256": "aa11" * 16,
    "certificate_sha256": "c0de" * 16,
    "at": "2026-11-22T13:59:30+05:00",
}
POSITION = {"kk": "Төраға орынбасары", "ru": "Заместитель председателя"}
RIGHTS = {
    "kk": "Бұл шешімге Комитетке немесе сотқа шағымдануға болады.",
    "ru": "Это решение можно обжаловать в Комитет или в суд.",
}


def decided_certificate(names: list[str] | int = 1, **changes: Any) -> dict[str, Any]:
    """A certificate of the second schema: who decided by what mandate, and both signatures."""
    return (
        certificate(names)
        | {
            "schema": "ctkz.certificate/2",
            "decision": {"sha256": "dec1" * 16, "signature": SIGNATURE},
            "certified_by": {
                "name": "Үлгібекова Айгүл Серікқызы",
                "position": POSITION,
                "mandate": {
                    "basis": "Бұйрық / Приказ № 12-П, 10.01.2026",
                    "valid_from": "2026-01-10",
                    "valid_until": "2026-12-31",
                    "powers": ["issue"],
                },
            },
            "declared_by": {
                "name": "Примеров Ержан",
                "at": "2026-11-18T09:12:44+05:00",
                "signature": SIGNATURE | {"certificate_sha256": "beef" * 16},
            },
            "replaces": {
                "number": "KZ 6 120 00200",
                "issued_on": "2026-06-01",
                "sha256": "ee" * 32,
            },
        }
        | changes
    )


def duplicate(names: list[str] | int = 1, **changes: Any) -> dict[str, Any]:
    given = {"ordinal": 2, "given_on": "2026-12-01", "blank_number": "0012345"}
    return decided_certificate(names, duplicate=given) | changes


def _paper(schema: str, kind: str, number: str) -> dict[str, Any]:
    return {
        "schema": schema,
        "kind": kind,
        "number": number,
        "dated_at": "2026-11-25T10:00:00+05:00",
        "chamber": certificate()["chamber"],
        "to": PARTY,
        "appeal_until": "2027-02-25",
        "rights": RIGHTS,
        "signed_by": {"name": "Үлгібекова Айгүл", "position": POSITION},
        "signature": SIGNATURE,
        "verify_url": "https://ctkz.example/v/7K2M9QX4RT",
    }


def letter(**changes: Any) -> dict[str, Any]:
    return (
        _paper("ctkz.letter/1", "refusal", "ОТК-2026-00012")
        | {
            "application": {"number": "C-2026-00077", "submitted_on": "2026-11-20"},
            "act": {"number": "A-2026-00412", "sha256": "9f2c" * 16, "signed_on": "2026-11-18"},
            "reason": {
                "code": "data_mismatch_act",
                "name": {
                    "kk": "Өтініш деректері актіге сәйкес келмейді",
                    "ru": "Данные заявления не соответствуют акту",
                },
            },
            "note": "Количество по строке 3 больше, чем в акте.\nКонтракт указан другой.",
            "verify_url": None,
        }
        | changes
    )


def order(kind: str = "suspend", **changes: Any) -> dict[str, Any]:
    return (
        _paper("ctkz.order/1", kind, "РШ-2026-00031")
        | {
            "certificate": {
                "number": "KZ 6 120 00318", "issued_on": "2026-11-22", "sha256": "ab" * 32,
            },
            "reason": {
                "code": "inspection",
                "name": {"kk": "Комитеттің тексеруі", "ru": "Проверка Комитета"},
            },
            "grounds": "Камеральный контроль выявил расхождение доли местного содержания.",
            "effective_at": "2026-11-25T10:00:00+05:00",
            "return_original_by": "2026-12-02",
        }
        | changes
    )  # fmt: skip


def receipt(**changes: Any) -> dict[str, Any]:
    return {
        "schema": "ctkz.receipt/1",
        "number": "R-2026-000123",
        "made_at": "2026-11-25T12:00:00+05:00",
        "asked": {"way": "number", "text": "KZ 6 120 00318", "on": "2026-11-25"},
        "answer": {
            "verdict": "valid",
            "sentence": {
                "kk": "Сертификат 25.11.2026 күні жарамды.",
                "ru": "Сертификат действителен на 25.11.2026.",
                "en": "The certificate is valid on 25.11.2026.",
            },
            "certificate": {
                "number": "KZ 6 120 00318",
                "issued_on": "2026-11-22",
                "valid_until": "2027-11-22",
                "producer": {"name": PARTY["name"], "bin": PARTY["bin"]},
                "sha256": "ab" * 32,
            },
            "proofs": [
                {
                    "code": "record",
                    "ok": True,
                    "text": {
                        "kk": "Жазба өзгермеген.",
                        "ru": "Запись не изменена.",
                        "en": "The record is unchanged.",
                    },
                },
                {
                    "code": "log",
                    "ok": False,
                    "text": {
                        "kk": "Журналда әлі жоқ.",
                        "ru": "В журнале ещё нет.",
                        "en": "Not in the log yet.",
                    },
                },
            ],
        },
        "checkpoint": "ctkz.example/log\n41234\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— ctkz.example/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe\n",
        "verify_url": "https://ctkz.example/v/7K2M9QX4RT",
    } | changes
