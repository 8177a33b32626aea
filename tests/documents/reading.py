"""What a person or another program reads in a PDF."""

import io
import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest


def poppler(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} of poppler-utils is not installed")
    return found


def text_of(pdf: bytes, tmp_path: Path, *options: str) -> str:
    path = tmp_path / "text.pdf"
    path.write_bytes(pdf)
    command = [poppler("pdftotext"), *options, str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()


def squeezed(text: str) -> str:
    """Text without spaces: a name that was broken over lines reads as one again."""
    return "".join(text.split())


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
