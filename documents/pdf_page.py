"""A program of its own: one page of a PDF drawn as a JPEG, for `previews.py`.

The PDF comes from a stranger and the library that draws it is written in C: whatever goes wrong
goes wrong here, in a process that has no settings, no secrets, no more memory and time than it
needs and ends after one page. It reads the PDF from its input and is given page and size:

    python -I documents/pdf_page.py 1 1600 < file.pdf

The answer is one line of JSON and, when the page could be drawn, the picture.
"""

import io
import json
import resource
import sys

import pypdfium2

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 5
# A page may be a strip a kilometre long: neither side is drawn thinner than this.
NARROWEST = 8
QUALITY = 82


def main() -> None:
    confine()
    number, longest = int(sys.argv[1]), int(sys.argv[2])
    content = sys.stdin.buffer.read()
    facts: dict[str, object] = {"refusal": "", "pages": 0}
    picture = b""
    try:
        with pypdfium2.PdfDocument(content) as document:
            facts["pages"] = len(document)
            picture = drawn(document, number, longest)
    except pypdfium2.PdfiumError as error:
        password = pypdfium2.raw.FPDF_ERR_PASSWORD
        facts["refusal"] = "encrypted" if error.err_code == password else "damaged"
    except (MemoryError, ValueError, OSError, IndexError):
        facts["refusal"] = "damaged"
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + picture)


def confine() -> None:
    """Nothing is written to disk, nothing else is started, and it ends of itself."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def drawn(document: pypdfium2.PdfDocument, number: int, longest: int) -> bytes:
    """The page with what was filled into its form, its longer side `longest` pixels."""
    document.init_forms()
    page = document[number - 1]
    width, height = page.get_size()
    if width <= 0 or height <= 0 or min(width, height) * longest < NARROWEST * max(width, height):
        raise ValueError("a page without an area")
    bitmap = page.render(scale=longest / max(width, height), rev_byteorder=True)
    picture = bitmap.to_pil().convert("RGB")
    # Sizes are rounded up by the library.
    picture.thumbnail((longest, longest))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


if __name__ == "__main__":
    main()
