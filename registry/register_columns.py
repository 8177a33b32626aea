"""The columns and words of the public register, exactly as it has always published them. Pure.

One row for each goods line; the facts of the certificate are repeated on each of its rows.
"""

from reference.spreadsheet_columns import Column, Layout, heading_key

from .models import State

# In the order of the public export; the key names the fact, the title is verbatim.
COLUMNS: tuple[Column, ...] = (
    Column("chamber_code", "Код РПП"),
    Column("chamber_name", "Наименование РПП"),
    Column("number", "Номер сертификата происхождения", ("Номер сертификата",), is_required=True),
    Column("blank_number", "Номер бланка"),
    Column("year", "Год выдачи"),
    Column("purpose", "Цель получения сертификата"),
    Column("category", "Категория"),
    Column(
        "producer_bin",
        "ИИН/ БИН производителя",
        ("БИН производителя", "БИН/ИИН производителя"),
        is_required=True,
    ),
    Column("producer_name", "Наименование производителя", is_required=True),
    Column("producer_address", "Адрес производителя"),
    Column("name", "Наименование товара", is_required=True),
    Column("hs_code", "Код ТН ВЭД", ("Код ТН ВЭД ЕАЭС",), is_required=True),
    Column("kp_ved", "Код КП ВЭД", ("Код КПВЭД",)),
    Column("quantity", "Количество товара"),
    Column("unit", "Единица измерения"),
    Column("unit_code", "Код единицы измерения"),
    Column("criterion", "Критерий происхождения", is_required=True),
    Column("share", "ДВЦ", ("ДВЦ, %",)),
    Column("recipient_bin", "ИИН/БИН получателя", ("БИН получателя", "БИН/ИИН получателя")),
    Column("recipient_name", "Наименование получателя"),
    Column("recipient_address", "Адрес получателя"),
    Column("valid_until", "Дата окончания действия сертификата", is_required=True),
    Column("status", "Статус сертификата", is_required=True),
    Column("issued_on", "Дата выдачи", is_required=True),
)
LAYOUT = Layout(columns=COLUMNS)
TITLES = tuple(column.title for column in COLUMNS)
EMPTY = "-"

IN_FORCE = "Действующий"
EXPIRED = "Истек срок действия сертификата"
ANNULLED = "Сертификат аннулирован"
IN_REPLACEMENT = "Выдан взамен"
# The earlier register has no word for a suspension; this one is the portal's own.
SUSPENDED = "Действие приостановлено"

# Every word that registers of the same keeper use, with whether the certificate was given in
# place of another; the second spellings are those of the register of serial products.
STATES: dict[str, tuple[State, bool]] = {
    heading_key(word): meaning
    for word, meaning in {
        IN_FORCE: (State.VALID, False),
        "Действителен до": (State.VALID, False),
        EXPIRED: (State.EXPIRED, False),
        "Срок действия истек": (State.EXPIRED, False),
        ANNULLED: (State.REVOKED, False),
        "Аннулирован": (State.REVOKED, False),
        IN_REPLACEMENT: (State.VALID, True),
        SUSPENDED: (State.SUSPENDED, False),
        "Приостановлен": (State.SUSPENDED, False),
    }.items()
}


def status_word(state: str, *, is_replacement: bool, is_over: bool) -> str:
    """The word of the register for a certificate; `is_over`: its term has passed.

    A replaced certificate is annulled, its successor is the one "issued in replacement".
    """
    match state:
        case State.REVOKED | State.REPLACED:
            return ANNULLED
        case State.EXPIRED:
            return EXPIRED
    if is_over:
        return EXPIRED
    if state == State.SUSPENDED:
        return SUSPENDED
    return IN_REPLACEMENT if is_replacement else IN_FORCE
