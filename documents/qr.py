"""QR codes of documents."""

import base64
from io import BytesIO

import segno


def qr_png_data(text: str) -> str:
    """A PNG as a `data:` address; the mask is fixed, as searching for the best costs 7 ms."""
    code = segno.make_qr(text, error="m", mask=3, boost_error=False)
    out = BytesIO()
    code.save(out, kind="png", scale=8, border=0, dark="#13233a", light="#ffffff")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")
