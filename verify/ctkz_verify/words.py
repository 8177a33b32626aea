"""What each code means, in Kazakh, Russian and English. Details follow the sentence as they are."""

from __future__ import annotations

from ctkz_verify.document_words import CERTIFICATE

LANGUAGES = ("kk", "ru", "en")
Words = tuple[str, str, str]

OUTCOMES: dict[str, Words] = {
    "proved": ("ДӘЛЕЛДЕНДІ", "ДОКАЗАНО", "PROVED"),
    "failed": ("ҚАТЕ", "НЕВЕРНО", "WRONG"),
    "not_checked": ("ТЕКСЕРІЛМЕДІ", "НЕ ПРОВЕРЕНО", "NOT CHECKED"),
}

TRUST: dict[str, Words] = {
    "trust_missing": (
        "Ашық кілттер қалтасы жоқ",
        "Нет папки с открытыми ключами",
        "The folder of public keys is not there",
    ),
    "trust_unreadable": (
        "Ашық кілттер файлы оқылмайды",
        "Файл открытых ключей не читается",
        "A file of public keys cannot be read",
    ),
    "no_log_key": (
        "Журналдың кілті берілмеді",
        "Не дан ключ журнала",
        "The key of the log was not given",
    ),
    "file_unreadable": (
        "Файл оқылмайды",
        "Файл не читается",
        "The file cannot be read",
    ),
}

LOG: dict[str, Words] = {
    "checkpoint": (
        "Журналдың соңғы күйіне оның кілтімен қол қойылған",
        "Последнее состояние журнала подписано его ключом",
        "The last state of the log is signed with its key",
    ),
    "extends": (
        "Журнал бұрынғы күйін өзгертпей жалғастырады",
        "Журнал продолжает своё прежнее состояние, ничего не изменив",
        "The log continues its earlier state and changed nothing in it",
    ),
    "first_seen": (
        "Журнал алғаш рет көрілді; осы күйі сақталды",
        "Журнал увиден впервые; это состояние запомнено",
        "The log is seen for the first time; this state is kept",
    ),
    "whole": (
        "Барлық жазбалардан түбір қайта есептелді және сәйкес келді",
        "Корень пересчитан по всем записям и сошёлся",
        "The root was recomputed over all entries and fits",
    ),
    "witnessed": (
        "Журналды тәуелсіз куәлар бақылайды",
        "За журналом следят независимые свидетели",
        "Independent witnesses follow the log",
    ),
    "log_silent": (
        "Журнал жауап бермейді",
        "Журнал не отвечает",
        "The log does not answer",
    ),
    "bad_checkpoint": (
        "Журналдың күйі шынайы емес: ол дұрыс жазылмаған немесе оған журналдың кілтімен қол "
        "қойылмаған",
        "Состояние журнала не подлинное: оно искажено или подписано не ключом журнала",
        "The state of the log is not authentic: malformed, or not signed with the log's key",
    ),
    "other_log": (
        "Бұл басқа журнал",
        "Это другой журнал",
        "This is another log",
    ),
    "shrunk": (
        "Журнал қысқарды: бұрын жарияланған жазбалар алынып тасталған",
        "Журнал стал короче: опубликованные записи убраны",
        "The log has shrunk: published entries were removed",
    ),
    "fork": (
        "Журнал екіге айырылды: сол жазба саны үшін басқа түбір көрсетіледі",
        "Журнал раздвоился: для того же числа записей показан другой корень",
        "The log has forked: it shows another root for the same number of entries",
    ),
    "rewritten": (
        "Журнал қайта жазылған: жаңа күйі бұрынғысынан шықпайды",
        "Журнал переписан: новое состояние не продолжает прежнее",
        "The log was rewritten: its new state does not continue the earlier one",
    ),
    "tiles_differ": (
        "Журнал көрсеткен жазбалар оның қол қойған түбіріне сәйкес келмейді",
        "Записи, которые показывает журнал, не сходятся с подписанным корнем",
        "The entries that the log shows do not fit the root it signed",
    ),
    "bad_answer": (
        "Журналдың жауабы түсініксіз",
        "Ответ журнала не разобрать",
        "The answer of the log cannot be read",
    ),
    "not_witnessed": (
        "Журналдың күйін куәлар әлі растаған жоқ",
        "Состояние журнала ещё не подтвердили свидетели",
        "No witness has confirmed the state of the log yet",
    ),
    "too_few_witnesses": (
        "Куәлар жеткіліксіз",
        "Свидетелей недостаточно",
        "There are too few witnesses",
    ),
    "witnesses_late": (
        "Куәлардың соңғы растауы тым ескі",
        "Последнее подтверждение свидетелей слишком давнее",
        "The last confirmation by witnesses is too old",
    ),
    "bad_cosignature": (
        "Куәның қолтаңбасы жарамсыз",
        "Подпись свидетеля неверна",
        "The signature of a witness does not hold",
    ),
    "state_unreadable": (
        "Сақталған күй оқылмайды",
        "Запомненное состояние не читается",
        "The kept state cannot be read",
    ),
    "evidence_kept": (
        "Қол қойылған екі күй де дәлел ретінде сақталды",
        "Оба подписанных состояния сохранены как доказательство",
        "Both signed states are kept as evidence",
    ),
}

WITNESS: dict[str, Words] = {
    "cosigned": (
        "Күй расталды және журналға жіберілді",
        "Состояние подтверждено и отправлено журналу",
        "The state is cosigned and was sent to the log",
    ),
    "cosignature_refused": (
        "Журнал куәның қолтаңбасын қабылдамады",
        "Журнал не принял подпись свидетеля",
        "The log refused the cosignature",
    ),
    "key_unreadable": (
        "Куәның кілті оқылмайды",
        "Ключ свидетеля не читается",
        "The witness's key cannot be read",
    ),
    "key_exists": (
        "Бұл файл бар; кілттің үстіне жазылмайды",
        "Такой файл есть; ключ не перезаписывается",
        "The file exists; a key is never overwritten",
    ),
    "key_made": (
        "Кілт жасалды. Журналдың иесіне ашық кілттің жолын беріңіз",
        "Ключ создан. Передайте владельцу журнала строку открытого ключа",
        "The key is made. Give the owner of the log the line of the public key",
    ),
}

WORDS: dict[str, Words] = {**TRUST, **LOG, **WITNESS, **CERTIFICATE}


def sentence(code: str, lang: str) -> str:
    """The sentence, or the bare code when nobody has worded it."""
    return WORDS[code][LANGUAGES.index(lang)] if code in WORDS else code


def outcome_word(outcome: str, lang: str) -> str:
    return OUTCOMES[outcome][LANGUAGES.index(lang)]
