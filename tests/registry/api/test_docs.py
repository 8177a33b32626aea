"""The examples of the documentation are calls that work, and the schema names every address."""

import json
import re
import shlex
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from django.test import Client
from django.utils import timezone

from registry.answers import VERDICTS
from registry.api.urls import operations
from registry.models import Scope
from tests.registry.lives import a_key
from tests.scenarios import a_certificate, an_organisation

LANGUAGE = "en"

pytestmark = pytest.mark.django_db
DOCS = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"```sh\n(curl .*?)```", DOCS, re.DOTALL)


def run(client: Client, command: str, values: dict[str, str]) -> Any:
    """A `curl` of the documentation, as a call of the test client."""
    for name, value in values.items():
        command = command.replace(f"${name}", value)
    words = shlex.split(command.replace("\\\n", " "))
    assert words.pop(0) == "curl"
    url, headers, body = "", {}, None
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _colon, value = words.pop(0).partition(": ")
            headers[name.lower()] = value
        elif word == "-d":
            body = words.pop(0)
        else:
            url = word
    parts = urlsplit(url)
    return client.generic(
        "GET" if body is None else "POST",
        parts.path,
        body or "",
        headers.pop("content-type", "application/octet-stream"),
        QUERY_STRING=parts.query,
        headers=headers,
    )


def test_there_is_an_example_for_everything_that_is_open() -> None:
    paths = " ".join(EXAMPLES)
    for part in ("verify/", "search/", "changes/", "snapshots/", "draws/", "webhooks/"):
        assert f"/api/v1/{part}" in paths or f"$NUMBER/{part}" in paths


def test_every_example_works(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.CTKZ_WEBHOOK_PRIVATE_ALLOWED = False
    outside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]
    monkeypatch.setattr("registry.posting.socket.getaddrinfo", lambda *_a, **_k: outside)
    certificate = a_certificate(category="batch")
    values = {
        "KEY": a_key(*Scope.values, organisation=an_organisation("chamber")),
        "NUMBER": certificate.number.replace(" ", "-"),
        "TODAY": timezone.localdate().isoformat(),
    }
    assert EXAMPLES
    for example in EXAMPLES:
        answer = run(client, example, values)
        assert answer.status_code in (200, 201), f"{example}\n{answer.content.decode()}"


def test_the_json_of_the_documentation_is_json() -> None:
    blocks = re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL)
    assert blocks
    for block in blocks:
        json.loads(block)


def test_every_verdict_and_every_scope_is_explained() -> None:
    for word in (*VERDICTS, *Scope.values):
        assert f"`{word}`" in DOCS


def test_the_schema_names_every_operation_and_only_those_of_this_api(client: Client) -> None:
    schema = yaml.safe_load(client.get("/api/v1/schema/").content)
    assert schema["openapi"].startswith("3.")
    assert len(schema["paths"]) == len(operations)
    assert all(path.startswith("/api/v1/") for path in schema["paths"])
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (path, method)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_for_people_speaks_every_language(client: Client, language: str) -> None:
    page = client.get("/api/v1/", headers={"accept-language": language})
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.content.decode()
