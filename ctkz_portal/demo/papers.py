"""Invented papers and drawings that accompany a demo request."""

import io
from functools import cache
from hashlib import sha256

from PIL import Image, ImageDraw
from weasyprint import HTML

from documents.rendering import NothingFetcher

SIZE = (960, 720)


@cache
def document_pdf(title: str) -> bytes:
    """A one-page PDF that says plainly that it is an example."""
    html = (
        "<html lang='ru'><style>@page { size: A4; margin: 25mm } body { font: 14pt sans-serif }"
        f"</style><h1>{title}</h1><p>Пример документа. Все данные вымышлены.</p></html>"
    )
    return HTML(string=html, url_fetcher=NothingFetcher()).write_pdf()


def picture(subject: str, colour: str) -> bytes:
    """A drawing that plainly stands in for a photograph; every subject gets another one."""
    width, height = SIZE
    image = Image.new("RGB", SIZE, "#f4f7f9")
    pen = ImageDraw.Draw(image)
    numbers = sha256(subject.encode()).digest()
    column = (width - 120) // 8
    for place in range(8):
        left = 60 + place * column
        for step, byte in enumerate(numbers[place * 4 : place * 4 + 3]):
            top = 60 + step * 180 + byte % 60
            shade = 90 + byte % 140
            pen.rectangle(
                (left, top, left + column - 12, top + 60 + byte % 90),
                fill=(shade, shade, min(255, shade + 20)),
                outline=colour,
                width=5,
            )
    pen.rectangle((20, 20, width - 20, height - 20), outline=colour, width=10)
    pen.text((60, height - 96), "DEMO", fill=colour, font_size=52)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
