"""Sentences about one certificate, in Kazakh, Russian and English."""

from __future__ import annotations

Words = tuple[str, str, str]

SEAL: dict[str, Words] = {
    "seal_holds": (
        "Мөр шынайы, файл мөрленгеннен кейін өзгермеген",
        "Печать подлинная, файл после неё не изменён",
        "The seal is genuine and the file was not changed after it",
    ),
    "seal_keys_missing": (
        "Мөр тексерілмеді: оның сертификаттары берілмеген",
        "Печать не проверена: не даны её сертификаты",
        "The seal was not checked: its certificates were not given",
    ),
    "not_a_pdf": ("Бұл PDF емес", "Это не PDF", "This is not a PDF"),
    "no_seal": ("Файлда мөр жоқ", "В файле нет печати", "The file has no seal"),
    "several_seals": (
        "Файлда бірнеше қолтаңба бар",
        "В файле несколько подписей",
        "The file has more than one signature",
    ),
    "seal_elsewhere": (
        "Мөр осы файлды түгел қамтымайды",
        "Печать охватывает не этот файл",
        "The seal does not cover this file",
    ),
    "envelope_damaged": (
        "Мөрдің қабы бүлінген",
        "Оболочка печати повреждена",
        "The envelope of the seal is damaged",
    ),
    "changed_after_sealing": (
        "Файл мөрленгеннен кейін өзгертілген",
        "Файл изменён после печати",
        "The file was changed after it was sealed",
    ),
    "seal_forged": (
        "Мөрдің қолтаңбасы жарамсыз",
        "Подпись печати неверна",
        "The signature of the seal does not hold",
    ),
    "seal_not_pinned": (
        "Бұл мөр осы порталдікі емес",
        "Это не печать портала",
        "The seal is not the portal's",
    ),
    "seal_unknown_authority": (
        "Мөрдің сертификаты белгілі түбірге апармайды",
        "Сертификат печати не ведёт к известному корню",
        "The certificate of the seal does not lead to a known root",
    ),
    "certificate_not_in_force": (
        "Мөрдің сертификаты сол сәтте күшінде болмаған",
        "Сертификат печати в тот момент не действовал",
        "The certificate of the seal was not in force at that moment",
    ),
    "no_time": (
        "Мөрде оның қойылған уақыты көрсетілмеген",
        "Печать не называет времени",
        "The seal does not say when it was set",
    ),
    "stamp_holds": (
        "Мөрдің уақытын бөгде куәландырушы растайды",
        "Время печати подтверждает сторонняя служба меток времени",
        "An outside time-stamp authority confirms the time of the seal",
    ),
    "stamp_keys_missing": (
        "Уақыт белгісі бар, бірақ оның түбір сертификаттары берілмеген",
        "Метка времени есть, но её корневые сертификаты не даны",
        "There is a time stamp, but the roots of its authority were not given",
    ),
    "stamp_forged": (
        "Уақыт белгісі жарамсыз",
        "Метка времени неверна",
        "The time stamp does not hold",
    ),
    "seal_then_more": (
        "Мөрден кейін файлға бірдеңе қосылған; бұл бөлікті мөр қамтымайды",
        "После печати в файл что-то добавлено; эту часть печать не охватывает",
        "Something follows the seal in the file, and the seal does not cover it",
    ),
}

RECORD: dict[str, Words] = {
    "record_attached": (
        "Сертификаттың деректері файлға тіркелген және мөрмен қорғалған",
        "Данные сертификата приложены к файлу и стоят под печатью",
        "The data of the certificate are attached to the file, under the seal",
    ),
    "record_equal": (
        "Жүктелген деректер тіркелгенмен байтқа дейін бірдей",
        "Скачанные данные байт в байт равны приложенным",
        "The downloaded data equal the attached ones byte for byte",
    ),
    "record_missing": (
        "Файлға сертификаттың деректері тіркелмеген",
        "К файлу не приложены данные сертификата",
        "The data of the certificate are not attached to the file",
    ),
    "record_not_canonical": (
        "Тіркелген деректер канондық түрде емес",
        "Приложенные данные не в канонической форме",
        "The attached data are not in their canonical form",
    ),
    "record_unknown": (
        "Деректердің мұндай түрі белгісіз",
        "Данные неизвестного вида",
        "The data are of an unknown kind",
    ),
    "record_differs": (
        "Жүктелген деректер тіркелгеннен өзгеше",
        "Скачанные данные не те, что приложены",
        "The downloaded data are not the attached ones",
    ),
    "print_equal": (
        "Беттерде басылғаны деректермен бірдей; салыстырылған мәліметтер",
        "Напечатанное равно данным; сверено сведений",
        "What is printed equals the data; facts compared",
    ),
    "print_differs": (
        "Басылғаны деректерге сәйкес емес",
        "Напечатанное расходится с данными",
        "What is printed differs from the data",
    ),
    "print_unreadable": (
        "Файлдың мәтіні оқылмайды",
        "Текст файла не читается",
        "The text of the file cannot be read",
    ),
    "act_named": (
        "Сараптама актісі дайджестімен аталған",
        "Акт экспертизы назван своим дайджестом",
        "The act of expertise is named by its digest",
    ),
    "act_equal": (
        "Бұл — сертификатта аталған сараптама актісі",
        "Это тот акт экспертизы, что назван в сертификате",
        "This is the act of expertise that the certificate names",
    ),
    "act_differs": (
        "Бұл сертификатта аталған сараптама актісі емес",
        "Это не тот акт экспертизы, что назван в сертификате",
        "This is not the act of expertise that the certificate names",
    ),
}

ENTRY: dict[str, Words] = {
    "in_the_log": (
        "Сертификаттың берілуі журналға енгізілген, журналдың күйіне қол қойылған",
        "Выдача занесена в журнал, состояние журнала подписано",
        "The issue is in the log, and the state of the log is signed",
    ),
    "entry_equal": (
        "Журналдағы жазба дәл осы файл, деректер, акт және мөр туралы",
        "Запись журнала — об этом самом файле, данных, акте и печати",
        "The entry of the log is about this very file, data, act and seal",
    ),
    "entry_differs": (
        "Журналдағы жазба басқа файл туралы; сәйкес келмейтіні",
        "Запись журнала о другом файле; не сходится",
        "The entry of the log is about another file; what differs",
    ),
    "entry_unreadable": (
        "Журналдағы жазба оқылмайды",
        "Запись журнала не читается",
        "The entry of the log cannot be read",
    ),
    "entry_of_another_event": (
        "Журналдағы жазба сертификаттың берілуі туралы емес",
        "Запись журнала не о выдаче сертификата",
        "The entry of the log is not about an issue",
    ),
    "proof_missing": (
        "Журналдағы орны тексерілмеді: .tlog-proof файлы берілмеген",
        "Место в журнале не проверено: нет файла .tlog-proof",
        "The place in the log was not checked: there is no .tlog-proof file",
    ),
    "proof_fails": (
        "Журналдың дәлелі орындалмайды",
        "Доказательство журнала не сходится",
        "The proof of the log does not hold",
    ),
    "witness_unknown": (
        "Белгісіз кілттің қолтаңбасы ештеңені дәлелдемейді",
        "Подпись неизвестного ключа ничего не доказывает",
        "A signature of an unknown key proves nothing",
    ),
    "status_not_told": (
        "Сертификаттың бүгін күшінде екенін файл айта алмайды: оны порталдан тексеріңіз",
        "Действует ли сертификат сегодня, файл сказать не может: проверьте это на портале",
        "Whether the certificate is in force today no file can tell: ask the portal",
    ),
}

CERTIFICATE: dict[str, Words] = {**SEAL, **RECORD, **ENTRY}
