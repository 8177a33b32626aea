"""All forms of a word meet in one stem, with the letters of Kazakh or with those typed instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workplace.search.kazakh import stems

FORMS = [
    "кабель кабельдер кабельдің кабельдерді кабелі кабельге кабельден кабельмен кабелін",
    "жиһаз жиһаздар жиһаздың жиһазы жиһазға жиһаздан жиһазбен жиһаздарды жихаздар",
    "сүт сүті сүттің сүтке сүттен сүтпен сүттер сутти",
    "цемент цементтің цементке цементті цементі цементпен",
    "өндіріс өндірістік өндірісі өндірістің ондірістік ондиристик",
    "құбыр құбырлар құбырды құбырдың құбыры құбырға кубырлар",
    "машина машиналар машинаның машинаға машинасы",
    "кітап кітабы кітаптар кітапты",
    "металл металдар металдың металы",
    "былғары былғарыдан былғарының былғарылар",
    "болат болаттан болатпен болатты болаттың болаты",
    "құрылғы құрылғылар құрылғының құрылғысы",
    "киім киімдер киімнің киімі",
    "терезе терезелер терезенің терезесі",
    "есік есіктер есігі есіктің",
    "трансформатор трансформаторлар трансформаторы трансформатордың",
    "завод заводтар заводтың заводы заводқа",
    "станция станциялар станциясы станцияның",
]
APART = [
    ("кабель", "кабина"), ("сүт", "сүзгі"), ("болат", "бояу"), ("құбыр", "құрылғы"),
    ("терезе", "тақтай"), ("жиһаз", "жібек"), ("цемент", "центр"), ("мата", "машина"),
]  # fmt: skip


@pytest.mark.parametrize("forms", FORMS)
def test_the_forms_of_a_word_meet(forms: str) -> None:
    first, *others = forms.split()
    for other in others:
        assert stems(first) & stems(other), (first, other)
    assert frozenset.intersection(*map(stems, forms.split()))


@pytest.mark.parametrize(("one", "other"), APART)
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert not stems(one) & stems(other)


def test_short_words_and_words_of_other_languages_stay_whole() -> None:
    assert stems("ет") == {"ет"}
    assert stems("pump") == {"pump"}
    assert stems("вввг3х2") == {"вввг3х2"}


@given(st.text("абвгдежзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі", min_size=1, max_size=30))
def test_a_stem_is_never_empty_and_never_longer_than_the_word(word: str) -> None:
    assert all(0 < len(stem) <= len(word) for stem in stems(word))
