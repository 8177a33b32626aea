"""Word forms of Kazakh, which PostgreSQL has no dictionary for: endings come off one by one.

| group      | endings (in plain letters: қ is к, ғ is г, ң is н, і is и)      | example     |
|------------|-----------------------------------------------------------------|-------------|
| plural     | лар лер дар дер тар тер                                         | кабель·дер  |
| possessive | ы и · сы си · ым им · ын ин · мыз миз · ныз низ, also after ы и | сүт·і       |
| genitive   | нын нин дын дин тын тин                                         | цемент·тің  |
| dative     | га ге ка ке на не                                               | жиһаз·ға    |
| accusative | ны ни ды ди ты ти                                               | құбыр·ды    |
| locative   | да де та те, after a possessive нда нде                         | қойма·да    |
| ablative   | дан ден тан тен нан нен                                         | сүт·тен     |
| with       | мен бен пен                                                     | болат·пен   |
| belonging  | лык лик дык дик тык тик · дагы деги тагы теги · ники дики тики  | өндіріс·тік |
| without    | сыз сиз                                                         | қоспа·сыз   |

An ending goes when what remains has three letters with a vowel and agrees with it: in the harmony
of vowels, and in the consonant before it (т after a voiceless one, д after the others, с after a
vowel). Where a word can be divided in more than one way, every way is taken to its end: the same
is done to what is sought and to what is found, so they meet in the stem that is right. Loan words
keep their soft sign only before some endings (кабельдер, кабелі) and the last consonant may soften
(кітап, кітабы): both are levelled.
"""

from collections.abc import Iterator
from functools import lru_cache

from reference.words import plain_word

SHORTEST_STEM = 3
PLURAL = ("лар", "лер", "дар", "дер", "тар", "тер")
POSSESSIVE = (
    *("ы", "и", "сы", "си", "ым", "им", "ын", "ин"),
    *("мыз", "миз", "ымыз", "имиз", "ныз", "низ", "ыныз", "иниз"),
)
CASES = (
    *("нын", "нин", "дын", "дин", "тын", "тин"),
    *("га", "ге", "ка", "ке", "на", "не"),
    *("ны", "ни", "ды", "ди", "ты", "ти"),
    *("да", "де", "та", "те", "нда", "нде"),
    *("дан", "ден", "тан", "тен", "нан", "нен"),
    *("мен", "бен", "пен"),
)
BELONGING = (
    *("лык", "лик", "дык", "дик", "тык", "тик"),
    *("дагы", "деги", "тагы", "теги", "ндагы", "ндеги"),
    *("ники", "дики", "тики", "сыз", "сиз"),
)
ENDINGS = tuple(sorted({*PLURAL, *POSSESSIVE, *CASES, *BELONGING}, key=len, reverse=True))
VOWELS = frozenset("аоуыэеияюё")
FRONT = frozenset("еи")
# Plain letters leave the harmony of the others open: а is also ә, о also ө, у also ұ and ү.
ONLY_BACK, ONLY_FRONT = frozenset("ы"), frozenset("еи")
VOICELESS = frozenset("пфктшщсхцч")
# At the end of a loan word these sound voiceless: завод, заводтар.
DEVOICED = frozenset("бвгд")
_LEVELLED = {"б": "п", "г": "к"}


@lru_cache(maxsize=50_000)
def stems(word: str) -> frozenset[str]:
    """What remains of a word without its endings, in plain letters; usually one stem."""
    plain = plain_word(word.lower())
    if not plain.isalpha() or not VOWELS.intersection(plain):
        return frozenset({plain})
    ends, ways = set(), [plain]
    while ways:
        way = ways.pop()
        shorter = list(_without_an_ending(way))
        ways += shorter
        if not shorter:
            ends.add(_levelled(way))
    return frozenset(ends)


def _without_an_ending(word: str) -> Iterator[str]:
    for ending in ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(_bare(rest)) >= SHORTEST_STEM and _agrees(rest, ending):
            yield rest


def _agrees(rest: str, ending: str) -> bool:
    return _follows(_bare(rest)[-1], ending[0]) and _is_in_harmony(rest, ending)


def _follows(last: str, first: str) -> bool:
    match first:
        case "т" | "к" | "п":
            return last in VOICELESS or last in DEVOICED
        case "д" | "г" | "б":
            return last not in VOICELESS
        case "с" | "н":
            return last in VOWELS or (first == "н" and last in "мнлзжйруы")
        case "ы" | "и":
            return last not in VOWELS or last == "у"
    return True


def _is_in_harmony(rest: str, ending: str) -> bool:
    """The last vowel of what remains can be of the harmony of the ending; there must be one."""
    last = next((letter for letter in reversed(rest) if letter in VOWELS), "")
    asked = next(letter for letter in ending if letter in VOWELS)
    return bool(last) and last not in (ONLY_BACK if asked in FRONT else ONLY_FRONT)


def _bare(word: str) -> str:
    return word.rstrip("ьъ")


def _levelled(word: str) -> str:
    bare = _bare(word)
    if len(bare) > SHORTEST_STEM and bare[-1] == bare[-2] and bare[-1] not in VOWELS:
        bare = bare[:-1]
    return bare[:-1] + _LEVELLED.get(bare[-1], bare[-1])
