"""Sources of rules read in the reader's language, as acts are cited there."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.utils import translation

from reference.citations import cited

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(
    [*(ROOT / "reference/data").glob("*.yaml"), *(ROOT / "origin/rule_packs").glob("*/*.yaml")]
)
# Numbers of laws are Latin in every language: 188-VIII.
LATIN_WORD = re.compile(r"(?<![-\w])[A-Za-z]{3,}")
KEPT = {"KZ"}


def sources(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        source = content.get("source")
        if isinstance(source, str):
            yield source
        elif isinstance(source, dict):
            yield from filter(None, (source["act"], source.get("place")))
        for part in content.values():
            yield from sources(part)
    elif isinstance(content, list):
        for part in content:
            yield from sources(part)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_source_of_the_shipped_data_reads_in_the_language(language: str) -> None:
    found = {source for path in FILES for source in sources(yaml.safe_load(path.read_text()))}
    assert len(found) > 100
    left = {source: LATIN_WORD.findall(cited(source, language)) for source in found}
    assert {source: words for source, words in left.items() if set(words) - KEPT} == {}


@pytest.mark.parametrize(
    ("source", "kk", "ru"),
    [
        (
            "Order 13.07.2021 № 454-НҚ item 2 sub-item 5, wording of 03.08.2022 № 316-НҚ",
            "13.07.2021 № 454-НҚ бұйрық 2-тармақ 5-тармақша, 03.08.2022 № 316-НҚ редакциясында",
            "Приказ от 13.07.2021 № 454-НҚ, пункт 2, подпункт 5, в редакции от 03.08.2022 № 316-НҚ",
        ),
        (
            "Administrative Procedural and Process-Related Code 29.06.2020 No 350-VI "
            "articles 91(4) and 99",
            "29.06.2020 № 350-VI Әкімшілік рәсімдік-процестік кодекс 91(4) және 99-баптар",
            "Административный процедурно-процессуальный кодекс от 29.06.2020 № 350-VI, "
            "статьи 91(4) и 99",
        ),
        (
            "CIS Agreement 20.11.2009, Annex 1, edition 08.06.2023",
            "ТМД-ның 20.11.2009 келісімі, 1-қосымша, 08.06.2023 редакциясы",
            "Соглашение СНГ от 20.11.2009, приложение 1, редакция от 08.06.2023",
        ),
    ],
)
def test_an_act_is_cited_as_its_language_cites_it(source: str, kk: str, ru: str) -> None:
    assert cited(source, "kk") == kk
    assert cited(source, "ru") == ru
    with translation.override("en"):
        assert cited(source) == source


@pytest.mark.parametrize(
    "source",
    ["", "Решение Комитета от 01.02.2026 № 5", "A particle is no article", "part of a whole, 7"],
)
def test_what_people_wrote_themselves_stays_as_they_wrote_it(source: str) -> None:
    assert cited(source, "ru") == source
