"""The public register's own export, from the spreadsheet to the sealed certificate."""

import csv
import json
import re
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from ctkz_portal.demo.cases import filter_case
from ctkz_portal.demo.people import ensure_people
from documents.storing import read
from issuance.issuing import complete_issue
from issuance.models import Certificate
from tests import scenarios

EXPORT = Path(__file__).resolve().parents[3] / "shared" / "data" / "register-ct-kz-2025.csv"
KAZAKH = "ӘҒҚҢӨҰҮҺІәғқңөұүһі"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not EXPORT.exists(), reason="the register's export is not at hand"),
]


def flat(text: str) -> str:
    """Text without white space and without the hyphens that may end a printed line."""
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


def test_the_registers_hundred_lines_come_out_right_on_the_certificate(tmp_path: Path) -> None:
    scenarios.reference_data()
    scenarios.a_seal()
    case = filter_case(ensure_people(), EXPORT.read_bytes())
    for step in ("submit", "accept", "assign", "examine", "sign"):
        getattr(case, step)()
    for step in ("apply", "take", "check", "recommend"):
        getattr(case, step)()
    case.approve()
    complete_issue(str(case.certificate.pk))
    certificate = Certificate.objects.get(pk=case.certificate.pk)
    assert certificate.status == "valid"

    with EXPORT.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = json.loads(bytes(certificate.record))["lines"]
    assert len(lines) == len(rows) == 100
    for number, (line, row) in enumerate(zip(lines, rows, strict=True), start=1):
        assert line["number"] == number
        assert line["name"] == " ".join(row["Наименование товара"].split())
        assert line["hs_code"] == row["Код ТН ВЭД"].zfill(10)
        assert line["kp_ved"] == row["Код КП ВЭД"]
        assert Decimal(line["quantity"]) == Decimal(row["Количество товара"].replace(",", "."))
        assert line["unit"]["code"] == row["Код единицы измерения"]
        assert line["criterion"] == row["Критерий происхождения"].replace(" ", "")
        # Calculated from the materials, not copied: it comes out as the register says.
        assert Decimal(line["local_content_percent"]) == Decimal(row["ДВЦ"].replace(",", "."))

    pdf = tmp_path / "certificate.pdf"
    pdf.write_bytes(read(certificate.sealed))
    text = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True
    ).stdout.decode()
    raw = subprocess.run(
        ["pdftotext", "-raw", str(pdf), "-"], capture_output=True, check=True
    ).stdout.decode()
    for row in rows:
        assert flat(row["Наименование товара"]) in flat(raw)
        assert row["ДВЦ"] in text
    in_the_data = {letter for letter in KAZAKH if any(letter in line["name"] for line in lines)}
    assert in_the_data <= set(text)
    assert set("ӘҒҚҢӨҰҮІ".lower()) - set(text.lower()) == set()

    verdict = subprocess.run(["pdfsig", str(pdf)], capture_output=True).stdout.decode()
    assert "Signature is Valid" in verdict
    assert "Total document signed" in verdict
