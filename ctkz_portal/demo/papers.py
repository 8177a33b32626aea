"""Invented papers that accompany a demo request."""

from weasyprint import HTML

from documents.rendering import NothingFetcher


def document_pdf(title: str) -> bytes:
    """A one-page PDF that says plainly that it is an example."""
    html = (
        "<html lang='ru'><style>@page { size: A4; margin: 25mm } body { font: 14pt sans-serif }"
        f"</style><h1>{title}</h1><p>Пример документа. Все данные вымышлены.</p></html>"
    )
    return HTML(string=html, url_fetcher=NothingFetcher()).write_pdf()
