"""A certificate for programs that speak XML: the record as UBL 2.1 CertificateOfOrigin.

The JSON record is what is hashed, sealed and logged; this is the same facts for customs and
procurement systems. Codes keep their national lists (`listID`, `unitCodeListID`); nothing here
claims more than that the document is valid against the schema of the standard.
"""

import re
from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .canonical import canonical_bytes, sha256_hex

Record = dict[str, Any]
Names = dict[str, str]

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMESPACES = {
    "xmlns": f"{UBL}CertificateOfOrigin-2",
    "xmlns:cac": f"{UBL}CommonAggregateComponents-2",
    "xmlns:cbc": f"{UBL}CommonBasicComponents-2",
}
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
COUNTRY = "KZ"
# XML 1.0 has no way to write these, escaped or not.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def origin_xml(record: Record) -> bytes:
    """The certificate or duplicate as UBL; the same record gives the same bytes."""
    root = Element("CertificateOfOrigin", NAMESPACES)
    _text(root, "UBLVersionID", "2.1")
    _text(root, "CustomizationID", record["schema"])
    _text(root, "ProfileID", record["scheme"]["code"])
    _text(root, "ID", record["number"])
    _text(root, "IssueDate", record["issued_on"])
    _text(root, "IssueTime", _time(record["certified_at"]))
    _named(root, "Description", record["scheme"].get("name"))
    for note in _notes(record):
        _named(root, "Note", note)
    _signatures(root, record)
    _party(root, "ExporterParty", record["producer"])
    _party(root, "ImporterParty", record.get("recipient"))
    _application(root, record)
    endorsement = SubElement(root, "cac:IssuerEndorsement")
    _text(endorsement, "DocumentID", record["number"])
    _text(endorsement, "ApprovalStatus", "certified")
    _endorser(endorsement, record)
    indent(root, " ")
    written: bytes = tostring(
        root, encoding="UTF-8", xml_declaration=True, short_empty_elements=False
    )
    return written


def _application(root: Element, record: Record) -> None:
    part = SubElement(root, "cac:CertificateOfOriginApplication")
    _text(part, "ReferenceID", record["number"])
    _text(part, "CertificateType", record["scheme"]["code"])
    _text(part, "OriginalJobID", record["act"]["number"])
    _text(part, "PreviousJobID", (record.get("replaces") or {}).get("number"))
    for remark in (record["category"]["name"], record["purpose"]["name"]):
        _named(part, "Remarks", remark)
    shipment = SubElement(part, "cac:Shipment")
    _text(shipment, "ID", record["verify_code"])
    _text(shipment, "TotalGoodsItemQuantity", str(len(record["lines"])))
    for line in record["lines"]:
        _goods(shipment, line)
    _endorser(part, record)
    _party(part, "PreparationParty", record["applicant"])
    _party(part, "IssuerParty", record["chamber"])
    country = SubElement(part, "cac:IssuingCountry")
    _text(country, "IdentificationCode", COUNTRY)
    _documents(part, record)


def _goods(shipment: Element, line: dict[str, Any]) -> None:
    """One line of boxes 6–10; its number is the certificate's own, gaps included."""
    goods = SubElement(shipment, "cac:GoodsItem")
    _text(goods, "ID", str(line["number"]))
    _text(goods, "Description", line["name"])
    unit = (line.get("unit") or {}).get("code")
    _text(
        goods,
        "Quantity",
        line["quantity"],
        **({"unitCode": unit, "unitCodeListID": "МКЕИ"} if unit else {}),
    )
    _text(goods, "PreferenceCriterionCode", line.get("criterion"))
    item = SubElement(goods, "cac:Item")
    origin = SubElement(item, "cac:OriginCountry")
    _text(origin, "IdentificationCode", COUNTRY)
    for code, name in ((line["hs_code"], "ТН ВЭД ЕАЭС"), (line.get("kp_ved"), "КП ВЭД")):
        if code:
            classified = SubElement(item, "cac:CommodityClassification")
            _text(classified, "ItemClassificationCode", code, listID=name)
    if line.get("local_content_percent"):
        share = SubElement(item, "cac:AdditionalItemProperty")
        _text(share, "Name", "local_content_percent")
        _text(share, "Value", line["local_content_percent"])


def _documents(part: Element, record: Record) -> None:
    """The record itself with its validity, then what it rests on, each by its digest."""
    own = _document(
        part, record["number"], "record", record["issued_on"], sha256_hex(canonical_bytes(record)),
        uri=record["verify_url"], version=_version(record),
    )  # fmt: skip
    period = SubElement(own, "cac:ValidityPeriod")
    _text(period, "StartDate", record["issued_on"])
    _text(period, "EndDate", record["valid_until"])
    act, replaced = record["act"], record.get("replaces")
    _document(part, act["number"], "act", act["signed_on"], act["sha256"])
    decision, contract = record.get("decision"), record.get("contract")
    if decision:
        _document(part, record["number"], "decision", None, decision["sha256"])
    if replaced:
        _document(part, replaced["number"], "replaced", replaced["issued_on"], replaced["sha256"])
    if contract:
        for kind, number, dated in (
            ("contract", contract.get("number"), contract.get("date")),
            ("invoice", contract.get("invoice_number"), contract.get("invoice_date")),
        ):
            if number:
                _document(part, number, kind, dated, None)


def _document(
    part: Element, number: str, kind: str, dated: str | None, digest: str | None,
    *, uri: str = "", version: str = "",
) -> Element:  # fmt: skip
    reference = SubElement(part, "cac:SupportingDocumentReference")
    _text(reference, "ID", number)
    _text(reference, "IssueDate", dated)
    _text(reference, "DocumentTypeCode", kind)
    _text(reference, "VersionID", version)
    if digest or uri:
        external = SubElement(SubElement(reference, "cac:Attachment"), "cac:ExternalReference")
        _text(external, "URI", uri)
        _text(external, "DocumentHash", digest)
        _text(external, "HashAlgorithmMethod", SHA256 if digest else None)
    return reference


def _version(record: Record) -> str:
    duplicate = record.get("duplicate")
    return f"duplicate {duplicate['ordinal']}" if duplicate else ""


def _notes(record: Record) -> Iterable[Names]:
    yield from record.get("service_notes") or []
    duplicate = record.get("duplicate")
    if duplicate:
        blank = duplicate.get("blank_number")
        said = f"№ {duplicate['ordinal']}, {duplicate['given_on']}" + (
            f", бланк № {blank}" if blank else ""
        )
        yield {"kk": f"Телнұсқа {said}", "ru": f"Дубликат {said}"}


def _signatures(root: Element, record: Record) -> None:
    """Signatures of people, each told by the digest of its CMS and when it was given."""
    for purpose in ("decision", "declared_by", "act"):
        found = (record.get(purpose) or {}).get("signature")
        if not found:
            continue
        signature = SubElement(root, "cac:Signature")
        _text(signature, "ID", found["certificate_sha256"])
        _text(signature, "Note", purpose)
        _text(signature, "ValidationDate", found["at"][:10])
        _text(signature, "ValidationTime", _time(found["at"]))
        attached = SubElement(signature, "cac:DigitalSignatureAttachment")
        external = SubElement(attached, "cac:ExternalReference")
        _text(external, "DocumentHash", found["sha256"])
        _text(external, "HashAlgorithmMethod", SHA256)


def _endorser(part: Element, record: Record) -> None:
    """Box 11: the chamber and its signatory."""
    endorser = SubElement(part, "cac:EndorserParty")
    _text(endorser, "RoleCode", "chamber")
    _text(endorser, "SequenceNumeric", "1")
    _party(endorser, "Party", record["chamber"])
    contact = SubElement(endorser, "cac:SignatoryContact")
    certifier = record["certified_by"]
    _text(contact, "Name", certifier["name"])
    _named(contact, "Note", certifier.get("position"))


def _party(part: Element, name: str, data: dict[str, Any] | None) -> None:
    if not data:
        return
    party = SubElement(part, f"cac:{name}")
    if data.get("bin"):
        identification = SubElement(party, "cac:PartyIdentification")
        _text(identification, "ID", data["bin"], schemeID="BIN/IIN")
    for language, text in _spoken(data["name"]):
        _text(SubElement(party, "cac:PartyName"), "Name", text, languageID=language)
    address = list(_spoken(data.get("address")))
    if address:
        postal = SubElement(party, "cac:PostalAddress")
        for language, text in address:
            _text(SubElement(postal, "cac:AddressLine"), "Line", text, languageID=language)


def _spoken(name: Names | None) -> Iterable[tuple[str, str]]:
    for language in ("kk", "ru"):
        if name and name.get(language):
            yield language, name[language]


def _named(part: Element, tag: str, name: Names | None) -> None:
    for language, text in _spoken(name):
        _text(part, tag, text, languageID=language)


def _text(part: Element, tag: str, text: str | None, **attributes: str) -> None:
    if text:
        SubElement(part, f"cbc:{tag}", attributes).text = UNWRITABLE.sub("\ufffd", text)


def _time(moment: str) -> str:
    return moment[11:]
