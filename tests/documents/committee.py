"""Papers and reports of the Committee as its rooms write them; every party is invented."""

from typing import Any

from .records import KAZAKH_NAME, PARTY

COMMITTEE = {
    "name": {
        "kk": "Үлгі министрлігінің Техникалық реттеу комитеті",
        "ru": "Комитет технического регулирования Примерного министерства",
    },
    "bin": "990140000017",
    "address": {"kk": "Астана қ., Үлгі даңғылы, 11", "ru": "г. Астана, пр. Примерный, 11"},
}
SIGNATURE = {
    "sha256": "5e" * 32, "certificate_sha256": "c0de" * 16, "at": "2026-11-22T13:59:30+05:00",
}  # fmt: skip


def words(kk: str, ru: str) -> dict[str, str]:
    return {"kk": kk, "ru": ru}


def three(kk: str, ru: str, en: str) -> dict[str, str]:
    return {"kk": kk, "ru": ru, "en": en}


def table(rows: int) -> dict[str, Any]:
    return {
        "columns": [
            words("№", "№"),
            words("Сертификат", "Сертификат"),
            words("Берілген күні", "Дата выдачи"),
            words("Тауар", "Товар"),
            words("Актідегі үлес, %", "Доля в акте, %"),
            words("Қайта есептелген үлес, %", "Доля при пересчёте, %"),
        ],
        "rows": [
            [
                str(number),
                f"KZ 6 120 {number:05d}",
                "22.11.2026",
                words(KAZAKH_NAME.format(number=number), f"Фильтр воздушный PF-{number:04d}A"),
                "68,2",
                "1 049,1",
            ]
            for number in range(1, rows + 1)
        ],
    }


def minimal_paper(**changes: Any) -> dict[str, Any]:
    return {
        "schema": "ctkz.paper/1",
        "paper": "notice",
        "number": "DC-2026-00012",
        "dated_at": "2026-11-22T14:00:00+05:00",
        "title": words("Камералдық бақылау туралы хабарлама", "Уведомление о камеральном контроле"),
        "from": COMMITTEE,
    } | changes


def paper(rows: int = 3, **changes: Any) -> dict[str, Any]:
    return (
        minimal_paper(
            paper="recommendation",
            number="RC-2026-00031",
            title=words(
                "Анықталған бұзушылықтарды жою туралы ұсынымхат",
                "Рекомендация об устранении выявленных нарушений",
            ),
        )
        | {
            "to": PARTY,
            "about": [
                {
                    "label": words("Камералдық тексеру", "Камеральная проверка"),
                    "value": "DC-2026-00012",
                },
                {
                    "label": words("Тексерілген кезең", "Проверенный период"),
                    "value": words(
                        "01.07.2026 – 30.09.2026, барлығы 1 240 сертификат",
                        "01.07.2026 – 30.09.2026, всего 1 240 сертификатов",
                    ),
                },
                {"label": words("Жазбаның SHA-256 мәні", "SHA-256 записи"), "value": "9f2c" * 16},
            ],
            "sections": [
                {
                    "heading": None,
                    "text": words(
                        "Комитет 3 бұзушылықты анықтап, оларды 10 жұмыс күні ішінде жоюды ұсынады.",
                        "Комитет выявил 3 нарушения и рекомендует устранить их в течение 10 рабочих"
                        " дней.",
                    ),
                    "items": None,
                    "table": None,
                },
                {
                    "heading": words("Не анықталды", "Что выявлено"),
                    "text": words(
                        "Жергілікті қамту үлесі актіде көрсетілгеннен төмен.\n"
                        "Есеп актіге қол қойылған күнгі ережелер бойынша қайта орындалды.",
                        "Доля местного содержания ниже указанной в акте.\n"
                        "Расчёт повторён по правилам, действовавшим в день подписания акта.",
                    ),
                    "table": table(rows),
                },
                {
                    "heading": words("Не істеу керек", "Что нужно сделать"),
                    "items": [
                        words(
                            "Материалдардың құнын растайтын құжаттарды ұсыну.",
                            "Представить документы, подтверждающие стоимость материалов.",
                        ),
                        words(
                            "Қате жолдары бар актіні түзетіп, өтініш берушіге хабарлау.",
                            "Исправить акт в ошибочных строках и уведомить заявителя.",
                        ),
                    ],
                },
            ],
            "legal": [
                words(
                    "Қазақстан Республикасының Кәсіпкерлік кодексі, 144-2-бап",
                    "Предпринимательский кодекс Республики Казахстан, статья 144-2",
                )
            ],
            "terms": [
                {"label": words("Жауап беру мерзімі", "Ответить до"), "on": "2026-12-04"},
                {"label": words("Қарсылық мерзімі", "Возразить до"), "on": "2026-11-27"},
            ],
            "rights": words(
                "Ұсынымхатқа бес жұмыс күні ішінде қарсылық білдіруге болады.",
                "На рекомендацию можно подать возражение в течение пяти рабочих дней.",
            ),
            "signed_by": {
                "name": "Үлгібекова Айгүл",
                "position": words("Комитет төрағасы", "Председатель Комитета"),
            },
            "signature": SIGNATURE,
            "verify_url": "https://ctkz.example/v/7K2M9QX4RT",
        }
        | changes
    )


def minimal_report(**changes: Any) -> dict[str, Any]:
    return {
        "schema": "ctkz.report/1",
        "number": "RP-2026-001",
        "dated_at": "2026-11-22T14:00:00+05:00",
        "as_of": "2026-11-22",
        "title": three("CT-KZ: үш жыл", "CT-KZ за три года", "Three years of CT-KZ"),
    } | changes


def report(rows: int = 4, **changes: Any) -> dict[str, Any]:
    figure = three(
        "Кезеңде берілген барлық сертификат, телнұсқалар есепке алынбайды",
        "Все сертификаты, выданные за период, без дубликатов",
        "All certificates issued in the period, duplicates not counted",
    )
    return (
        minimal_report()
        | {
            "lead": three(
                "Үш жылда 18 000 сертификат берілді, олардың 0,24 %-ы бойынша бұзушылық расталды.",
                "За три года выдано 18 000 сертификатов; нарушения подтверждены по 0,24 % из них.",
                "18,000 certificates were issued in three years; violations are confirmed for"
                " 0.24 % of them.",
            ),
            "figures": [
                {
                    "value": three("18 000", "18 000", "18,000"),
                    "label": three("Сертификат берілді", "Выдано сертификатов", "Issued"),
                    "definition": figure,
                },
                {
                    "value": "0,24 %",
                    "label": three("Бұзушылық үлесі", "Доля нарушений", "Share violated"),
                    "definition": figure,
                },
                {
                    "value": "91 %",
                    "label": three("Аудитордың кінәсі", "По вине аудиторов", "By auditors"),
                },
            ],
            "charts": [
                {
                    "title": three("Жылдар бойынша", "По годам", "By year"),
                    "unit": three("сертификат", "сертификатов", "certificates"),
                    "bars": [
                        {"label": "2024", "value": "5200", "shown": "5 200"},
                        {"label": "2025", "value": "6100", "shown": "6 100"},
                        {"label": "2026", "value": "6700", "shown": "6 700"},
                        {"label": three("Басқа", "Прочее", "Other"), "value": "0", "shown": "0"},
                    ],
                }
            ],
            "tables": [
                {
                    "title": three("Палаталар", "Палаты", "Chambers"),
                    "columns": [
                        three("Палата", "Палата", "Chamber"),
                        three("Берілді", "Выдано", "Issued"),
                        three("Бас тартылды", "Отказано", "Refused"),
                    ],
                    "rows": [
                        [
                            three(f"{n}-үлгі палатасы", f"Примерная палата {n}", f"Chamber {n}"),
                            "1 240",
                            "17",
                        ]
                        for n in range(1, rows + 1)
                    ],
                }
            ],
            "method": three(
                "Көрсеткіштер портал жазбаларынан есептеледі.",
                "Показатели считаются по записям портала.",
                "The figures are computed from the records of the portal.",
            ),
            "log": {"size": 412345, "root": "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
                    "at": "2026-11-22T13:55:00+05:00"},
            "from": COMMITTEE,
            "signed_by": None,
        }
        | changes
    )  # fmt: skip
