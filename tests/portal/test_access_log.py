"""The web server keeps the paths of requests, never what was asked."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from gunicorn.app.wsgiapp import WSGIApplication
from gunicorn.glogging import Logger

PROJECT = Path(__file__).resolve().parent.parent.parent


def test_a_search_is_not_written_down(monkeypatch: Any) -> None:
    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr("sys.argv", ["gunicorn", "ctkz_portal.wsgi"])
    settings = WSGIApplication("%(prog)s").cfg
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": "/search/?q=secret",
        "PATH_INFO": "/search/",
        "QUERY_STRING": "q=secret",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": "https://ctkz.example/search/?q=secret",
        "HTTP_USER_AGENT": "a browser",
    }
    answer = SimpleNamespace(status="200 OK", sent=10, headers=[])
    atoms = Logger(settings).atoms(
        answer, SimpleNamespace(headers=[]), environ, timedelta(seconds=1)
    )
    line = settings.access_log_format % Logger.atoms_wrapper_class(atoms)
    assert '"GET /search/ HTTP/1.1" 200' in line
    assert "secret" not in line
