"""The look at the PDF/A marks: every planted fault is found, and nothing else."""

import io
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from documents.pdfa import faults
from documents.rendering import KINDS, render_pdf
from documents.sealed import check_sealed
from documents.sealing import SealFaulty, seal

from .committee import paper, report
from .records import act, certificate, decided_certificate, duplicate, letter, order, receipt

EXAMPLES = {
    "certificate": decided_certificate(7),
    "duplicate": duplicate(2),
    "act": act(),
    "letter": letter(),
    "order": order(),
    "receipt": receipt(),
    "paper": paper(40),
    "report": report(40),
}


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render_pdf("certificate", certificate(1))


def test_every_kind_of_document_is_looked_at():
    assert set(EXAMPLES) == set(KINDS)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_the_portal_makes_has_no_fault_before_and_after_the_seal(seal_folder, kind):
    unsigned = render_pdf(kind, EXAMPLES[kind])
    stamped = seal(unsigned, reason="x", at=datetime.now(UTC))
    assert (faults(unsigned), faults(stamped)) == ([], [])
    assert check_sealed(stamped, unsigned).ok


def font_of(opened: Pdf) -> pikepdf.Object:
    return next(iter(opened.pages[0].obj.Resources.Font.values()))


def xmp(change: Callable[[bytes], bytes]) -> Callable[[Pdf], None]:
    def plant(opened: Pdf) -> None:
        opened.Root.Metadata.write(change(opened.Root.Metadata.read_bytes()))

    return plant


def setting(path: str, value: object) -> Callable[[Pdf], None]:
    def plant(opened: Pdf) -> None:
        opened.Root[path] = value

    return plant


def without(path: str) -> Callable[[Pdf], None]:
    def plant(opened: Pdf) -> None:
        del opened.Root[path]

    return plant


def no_profile(opened: Pdf) -> None:
    del opened.Root.OutputIntents[0].DestOutputProfile


def other_profile(opened: Pdf) -> None:
    opened.Root.OutputIntents[0].DestOutputProfile.write(b"no profile" * 20)


def no_letters(opened: Pdf) -> None:
    del font_of(opened).ToUnicode


def font_outside(opened: Pdf) -> None:
    descriptor = font_of(opened).DescendantFonts[0].FontDescriptor
    for name in ("/FontFile2", "/FontFile3"):
        if name in descriptor:
            del descriptor[name]


def plain_font(opened: Pdf) -> None:
    opened.pages[0].obj.Resources.Font["/Extra"] = opened.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )


def javascript(opened: Pdf) -> None:
    opened.Root.Names.JavaScript = Dictionary(
        Names=["x", opened.make_indirect(Dictionary(S=Name.JavaScript, JS="app.alert(1)"))]
    )


def page_action(opened: Pdf) -> None:
    opened.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.Named, N=Name.NextPage))


def launch(opened: Pdf) -> None:
    opened.Root.Extra = opened.make_indirect(Dictionary(S=Name.Launch, F="x.exe"))


def no_relationship(opened: Pdf) -> None:
    del opened.Root.AF[0].AFRelationship


def odd_relationship(opened: Pdf) -> None:
    opened.Root.AF[0].AFRelationship = Name.Friend


def not_associated(opened: Pdf) -> None:
    opened.Root.AF = Array([opened.Root.AF[0]])


def twice(opened: Pdf) -> None:
    opened.Root.AF.append(opened.Root.AF[0])


def no_type(opened: Pdf) -> None:
    del opened.Root.AF[0].EF.F.Subtype


def no_attachment_date(opened: Pdf) -> None:
    del opened.Root.AF[0].EF.F.Params.ModDate


def annotation(**changes: object) -> Callable[[Pdf], None]:
    def plant(opened: Pdf) -> None:
        made = {"/Type": Name.Annot, "/Subtype": Name.Square, "/Rect": Array([0, 0, 0, 0]), "/F": 4}
        opened.pages[0].obj.Annots = Array(
            [
                opened.make_indirect(
                    Dictionary(made | {f"/{name}": value for name, value in changes.items()})
                )
            ]
        )

    return plant


def smoothed(opened: Pdf) -> None:
    image = Stream(opened, b"\0", Type=Name.XObject, Subtype=Name.Image, Interpolate=True)
    opened.Root.Extra = opened.make_indirect(image)


def content_outside(opened: Pdf) -> None:
    opened.Root.Extra = opened.make_indirect(Stream(opened, b"x", F="outside.bin"))


def lzw(opened: Pdf) -> None:
    opened.Root.Extra = opened.make_indirect(Stream(opened, b"\x80\x0b\x60\x50", Filter=Name.LZWDecode))  # fmt: skip  # noqa: E501


PLANTED: dict[str, list[Any]] = {
    "xmp_missing": [without("/Metadata")],
    "xmp_unreadable": [xmp(lambda text: text[:200]), xmp(lambda text: b"")],
    "xmp_part": [
        xmp(lambda text: text.replace(b'part="3"', b'part="2"')),
        xmp(lambda text: text.replace(b'pdfaid:part="3"', b"")),
    ],
    "xmp_conformance": [xmp(lambda text: text.replace(b'conformance="A"', b'conformance="B"'))],
    "output_intent_missing": [without("/OutputIntents")],
    "output_profile_missing": [no_profile],
    "output_profile_unreadable": [other_profile],
    "not_marked": [without("/MarkInfo"), setting("/MarkInfo", Dictionary(Marked=False))],
    "structure_missing": [without("/StructTreeRoot")],
    "language_missing": [without("/Lang")],
    "open_action": [setting("/OpenAction", Dictionary(S=Name.GoTo, D=Array([0, Name.Fit])))],
    "javascript": [javascript],
    "additional_actions": [page_action],
    "action": [launch],
    "appearances_left_open": [
        setting("/AcroForm", Dictionary(Fields=Array([]), NeedAppearances=True))
    ],
    "xfa": [setting("/AcroForm", Dictionary(Fields=Array([]), XFA=Array([])))],
    "requirements": [setting("/Requirements", Array([]))],
    "font_without_letters": [no_letters],
    "font_outside": [font_outside],
    "attachment_missing": [without("/Names")],
    "attachment_relationship": [no_relationship, odd_relationship],
    "attachment_not_associated": [not_associated],
    "attachment_named_twice": [twice],
    "attachment_type": [no_type],
    "attachment_date": [no_attachment_date],
    "annotation_flags": [annotation(F=0), annotation(F=6), annotation(F=4 + 32)],
    "annotation_kind": [annotation(Subtype=Name.Screen)],
    "annotation_appearance": [annotation(Rect=Array([0, 0, 50, 50]))],
    "interpolation": [smoothed],
    "content_outside": [content_outside],
    "filter": [lzw],
}


@pytest.mark.parametrize(
    ("code", "plant"), [(code, plant) for code, plants in PLANTED.items() for plant in plants]
)
def test_every_planted_fault_is_found_and_no_other(pdf, code, plant):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        plant(opened)
        opened.save(
            out,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=False,
            fix_metadata_version=False,
        )
    assert faults(out.getvalue()) == [code]


def test_a_font_that_is_neither_inside_nor_maps_letters_has_both_faults(pdf):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        plain_font(opened)
        opened.save(out)
    assert faults(out.getvalue()) == ["font_without_letters", "font_outside"]


def test_an_encrypted_document_is_found(pdf):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="x", user="", R=4))
    assert "encrypted" in faults(out.getvalue())


def test_a_newer_version_of_the_format_is_found(pdf):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(out, min_version="2.0")
    assert "version" in faults(out.getvalue())


@pytest.mark.parametrize("content", [b"", b"nonsense", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_a_fault_and_not_an_exception(content):
    (fault,) = faults(content)
    assert fault.startswith("unreadable")


def test_a_faulty_document_does_not_pass_and_the_reason_is_told(seal_folder, pdf):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]))
        del opened.Root.Lang
        opened.save(out)
    unsigned = out.getvalue()
    stamped = seal(unsigned, reason="x", at=datetime.now(UTC))
    with pytest.raises(SealFaulty) as refusal:
        check_sealed(stamped, unsigned)
    assert refusal.value.code == "not_archival"
    assert "language_missing, open_action" in str(refusal.value)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_verapdf_agrees_where_it_is_installed(seal_folder, tmp_path, kind):
    program = shutil.which("verapdf")
    if program is None:
        pytest.skip("verapdf is not installed")
    path = tmp_path / f"{kind}.pdf"
    path.write_bytes(seal(render_pdf(kind, EXAMPLES[kind]), reason="x", at=datetime.now(UTC)))
    said = subprocess.run(
        [program, "--flavour", "3a", "--format", "text", str(path)],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert said.stdout.startswith("PASS"), said.stdout
