"""Whether a sealed PDF keeps what PDF/A-3a asks for, looked at before any document leaves.

These are the rules that a change of a template, of the renderer or of the seal library could
break unseen (ISO 19005-3, clauses named at each check). It is no full validator: `verapdf`, where
it is installed, is asked in the tests as well.
"""

import io
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import pikepdf
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

PART, CONFORMANCE = "3", "A"
NEWEST = (1, 7)
PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
# 6.5.1: actions that do something outside the document or change it.
ACTIONS = {
    "/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide",
    "/SetOCGState", "/Rendition", "/Trans", "/GoTo3DView", "/SubmitForm", "/GoToR", "/GoToE",
}  # fmt: skip
# 6.3.1: annotations that the standard does not know or that play something.
ANNOTATIONS = {"/3D", "/Sound", "/Screen", "/Movie", "/RichMedia", "/FileAttachment"}
# 6.8: what an attached file may be to its document.
RELATIONSHIPS = {"/Source", "/Data", "/Alternative", "/Supplement", "/Unspecified"}
INVISIBLE, HIDDEN, PRINT, NO_VIEW, TOGGLE_NO_VIEW = 1, 2, 4, 32, 256


def faults(pdf: bytes) -> list[str]:
    """Codes of what is wrong, each once, in the order found; none when all is well."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            return list(dict.fromkeys(_faults(pdf, opened)))
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError) as fault:
        return [f"unreadable: {type(fault).__name__}"]


def _faults(pdf: bytes, opened: pikepdf.Pdf) -> Iterator[str]:
    root = opened.Root
    yield from _file(pdf, opened)
    yield from _metadata(root)
    yield from _colour(root)
    yield from _structure(root)
    yield from _catalog(root)
    yield from _attachments(root)
    for page in opened.pages:
        for annotation in page.obj.get("/Annots") or ():
            yield from _annotation(annotation)
    for item in opened.objects:
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            yield from _object(item)


def _file(pdf: bytes, opened: pikepdf.Pdf) -> Iterator[str]:
    """6.1.2 and 6.1.3: header, no encryption, an identifier."""
    header, _, second = pdf[:1024].partition(b"\n")
    is_binary = second[:1] == b"%" and sum(byte > 127 for byte in second[1:5]) == 4
    if not header.startswith(b"%PDF-1.") or not is_binary:
        yield "header"
    version = tuple(int(part) for part in opened.pdf_version.split("."))
    if version > NEWEST:
        yield "version"
    if opened.is_encrypted or "/Encrypt" in opened.trailer:
        yield "encrypted"
    if "/ID" not in opened.trailer:
        yield "identifier_missing"


def _metadata(root: pikepdf.Object) -> Iterator[str]:
    """6.6.2: the XMP says that this is PDF/A-3a."""
    if not isinstance(root.get("/Metadata"), pikepdf.Stream):
        yield "xmp_missing"
        return
    try:
        xmp = fromstring(root.Metadata.read_bytes())
    except (ParseError, DefusedXmlException, ValueError):
        yield "xmp_unreadable"
        return
    for name, wanted in (("part", PART), ("conformance", CONFORMANCE)):
        if _said(xmp, PDFAID + name) != [wanted]:
            yield f"xmp_{name}"


def _said(xmp: Element, name: str) -> list[str]:
    """A property of XMP, whether written as an attribute or as an element."""
    return [
        said.strip()
        for element in xmp.iter()
        for said in (element.get(name), element.text if element.tag == name else None)
        if said is not None
    ]


def _colour(root: pikepdf.Object) -> Iterator[str]:
    """6.2.3: device colours have one meaning, given by a profile that is inside."""
    intents = [
        intent for intent in root.get("/OutputIntents") or () if intent.get("/S") == "/GTS_PDFA1"
    ]
    if not intents:
        yield "output_intent_missing"
    for intent in intents:
        profile = intent.get("/DestOutputProfile")
        if not isinstance(profile, pikepdf.Stream) or profile.get("/N") not in (1, 3, 4):
            yield "output_profile_missing"
        elif profile.read_bytes()[36:40] != b"acsp":
            yield "output_profile_unreadable"


def _structure(root: pikepdf.Object) -> Iterator[str]:
    """6.7: what a screen reader needs."""
    if _part(root, "/MarkInfo").get("/Marked") is not True:
        yield "not_marked"
    tree = root.get("/StructTreeRoot")
    if tree is None or not tree.get("/K"):
        yield "structure_missing"
    if not str(root.get("/Lang") or ""):
        yield "language_missing"


def _catalog(root: pikepdf.Object) -> Iterator[str]:
    """6.5 and 6.4: nothing happens by itself, and forms are as they are drawn."""
    if "/OpenAction" in root:
        yield "open_action"
    if "/JavaScript" in _part(root, "/Names"):
        yield "javascript"
    form = _part(root, "/AcroForm")
    if form.get("/NeedAppearances") is True:
        yield "appearances_left_open"
    if "/XFA" in form:
        yield "xfa"
    if "/Requirements" in root:
        yield "requirements"


def _attachments(root: pikepdf.Object) -> Iterator[str]:
    """6.8: each attached file says what it is to the document, and the document names it."""
    names = _part(root, "/Names").get("/EmbeddedFiles")
    attached = list(names.get("/Names") or ())[1::2] if names is not None else []
    associated = [item.objgen for item in root.get("/AF") or ()]
    if not attached:
        yield "attachment_missing"
    if len(set(associated)) != len(associated):
        yield "attachment_named_twice"
    for item in attached:
        if item.get("/AFRelationship") not in RELATIONSHIPS:
            yield "attachment_relationship"
        if item.objgen not in associated:
            yield "attachment_not_associated"
        if "/F" not in item or "/UF" not in item:
            yield "attachment_name"
        content = _part(item, "/EF").get("/F")
        if not isinstance(content, pikepdf.Stream) or "/Subtype" not in content:
            yield "attachment_type"
        elif "/ModDate" not in _part(content, "/Params"):
            yield "attachment_date"


def _annotation(annotation: pikepdf.Object) -> Iterator[str]:
    """6.3.2: annotations are seen and printed, the seal's own invisible field included."""
    flags = int(annotation.get("/F") or 0)
    if not flags & PRINT or flags & (INVISIBLE | HIDDEN | NO_VIEW | TOGGLE_NO_VIEW):
        yield "annotation_flags"
    if annotation.get("/Subtype") in ANNOTATIONS:
        yield "annotation_kind"
    left, bottom, right, top = (float(edge) for edge in annotation.get("/Rect"))
    if "/AP" not in annotation and left != right and bottom != top:
        yield "annotation_appearance"


def _object(item: Any) -> Iterator[str]:
    kind = item.get("/Type")
    if kind == "/Font":
        yield from _font(item)
    if item.get("/S") in ACTIONS:
        yield "javascript" if item.get("/S") == "/JavaScript" else "action"
    if "/AA" in item:
        yield "additional_actions"
    if isinstance(item, pikepdf.Stream):
        yield from _stream(item)


def _stream(item: Any) -> Iterator[str]:
    filters = item.get("/Filter")
    named = [filters] if isinstance(filters, pikepdf.Name) else list(filters or ())
    # 6.1.7: neither filter is allowed, and no content lies outside the file.
    if "/LZWDecode" in named or "/Crypt" in named:
        yield "filter"
    if "/F" in item:
        yield "content_outside"
    if item.get("/Subtype") == "/Image" and item.get("/Interpolate") is True:
        yield "interpolation"
    if item.get("/Subtype") == "/PS":
        yield "postscript"


def _font(font: pikepdf.Object) -> Iterator[str]:
    """6.2.11: each font is inside and tells its letters."""
    subtype = font.get("/Subtype")
    # The lower font of a pair is looked at through the upper one.
    if subtype in ("/CIDFontType0", "/CIDFontType2"):
        return
    if "/ToUnicode" not in font:
        yield "font_without_letters"
    if subtype == "/Type3":
        return
    holders = list(font.get("/DescendantFonts") or ()) if subtype == "/Type0" else [font]
    for holder in holders:
        descriptor = _part(holder, "/FontDescriptor")
        if not any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield "font_outside"


def _part(holder: Any, name: str) -> Any:
    """The dictionary under a name; an empty one where there is none."""
    found = holder.get(name)
    return {} if found is None else found
