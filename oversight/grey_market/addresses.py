"""The form by which the same seller is known again, however the address was written. Pure.

A site is its host, with the path when a page of it was named; a page of a social network is the
network and the account; a telephone is its digits; anything else is the name as it reads.
"""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

SITE, PAGE, AD, SELLER = "site", "page", "ad", "seller"
LONGEST = 500

# Hosts whose first part of the path is an account.
NETWORKS = {
    "instagram.com": "instagram",
    "t.me": "telegram",
    "telegram.me": "telegram",
    "telegram.dog": "telegram",
    "vk.com": "vk",
    "vk.ru": "vk",
    "facebook.com": "facebook",
    "fb.com": "facebook",
    "tiktok.com": "tiktok",
    "youtube.com": "youtube",
    "twitter.com": "x",
    "x.com": "x",
    "threads.net": "threads",
    "threads.com": "threads",
    "ok.ru": "ok",
    "linkedin.com": "linkedin",
}
# How people write the network before an account.
WORDS = {
    "instagram": "instagram", "инстаграм": "instagram", "инстаграмм": "instagram",
    "инста": "instagram", "insta": "instagram", "telegram": "telegram",
    "телеграм": "telegram", "телеграмм": "telegram", "тг": "telegram", "tg": "telegram",
    "tiktok": "tiktok", "тикток": "tiktok", "vk": "vk", "вк": "vk", "вконтакте": "vk",
    "facebook": "facebook", "фейсбук": "facebook", "youtube": "youtube", "ютуб": "youtube",
}  # fmt: skip
# Parts of a path that say what follows, not who.
PREFIXES = frozenset({"c", "user", "channel", "in", "company", "people", "groups", "s", "joinchat"})
# Where the address names a single post: there is no account in it.
POSTS = frozenset({"p", "reel", "reels", "watch", "video", "shorts", "photo.php", "wall"})
# How paths of boards of advertisements begin.
ADVERTISED = re.compile(r"/(d/)?(obyavlen|ad|ads|item|listing|offer|advert|a/show)", re.IGNORECASE)
PHONE_HOSTS = ("wa.me", "api.whatsapp.com", "chat.whatsapp.com", "viber.me")
TRACKING = re.compile(
    r"^(utm_.*|gclid|fbclid|yclid|ysclid|_openstat|igsh|igshid|si|ref|ref_src|from|roistat|mc_.*"
    r"|erid|share|feature|mibextid|_ga)$"
)
INDEX = re.compile(r"/(index|default|home)\.(html?|php|aspx?)$", re.IGNORECASE)
HANDLE = re.compile(r"^@?([A-Za-z0-9][A-Za-z0-9._-]{1,63})/?$")
HOST = re.compile(r"^(?=.{4,253}$)([\w-]{1,63}\.)+[^\W\d_][\w-]{1,62}\.?$")
PHONE = re.compile(r"^(?:tel:|whatsapp|ватсап|вацап|тел\.?|телефон|phone)?[:\s]*"
                   r"(\+?[\d\s().\-–]{9,24})$", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class Address:
    kind: str
    key: str


def read_address(text: str) -> Address:
    """What kind of seller it is, and its key; nothing readable gives an empty key."""
    text = " ".join(text.split()).strip(" ,;\"'«»<>")
    if not text:
        return Address(SELLER, "")
    if phone := _phone(text):
        return Address(SELLER, f"phone:{phone}")
    if account := _named_account(text):
        return account
    if found := _of_url(text):
        return Address(found.kind, found.key[:LONGEST])
    if handle := re.match(r"^@([A-Za-z0-9._-]{2,64})$", text):
        return Address(PAGE, f"account:{handle[1].lower()}")
    return Address(SELLER, f"name:{text.casefold()}"[:LONGEST])


def _phone(text: str) -> str:
    """Digits with the country's code; 8 before the code of a city is Kazakhstan's 7."""
    match = PHONE.match(text)
    if not match:
        return ""
    digits = re.sub(r"\D", "", match[1])
    if len(digits) == 11 and digits[0] == "8":
        return "7" + digits[1:]
    if len(digits) == 10 and digits[0] == "7":
        return "7" + digits
    return digits if 11 <= len(digits) <= 15 else ""


def _named_account(text: str) -> Address | None:
    """“Instagram @name”, “инстаграм: name”."""
    parts = re.match(r"^(\w+)\s*[:\-–]?\s+@?([A-Za-z0-9._-]{2,64})$", text.replace(":", ": "))
    network = WORDS.get(parts[1].casefold()) if parts else None
    return Address(PAGE, f"{network}:{parts[2].lower()}") if parts and network else None


def _of_url(text: str) -> Address | None:
    if " " in text:
        return None
    has_scheme = re.match(r"^[a-z][a-z0-9+.-]*://", text, re.IGNORECASE)
    try:
        parts = urlsplit(text if has_scheme else f"//{text}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if not HOST.match(host):
        return None
    host = _plain_host(host)
    if host in PHONE_HOSTS:
        return _of_messenger(host, parts.path, parts.query)
    network = NETWORKS.get(host, "")
    if network and (account := _account(network, parts.path, parts.query)):
        return Address(PAGE, account)
    path = _plain_path(parts.path)
    query = _plain_query(parts.query)
    where = host if port in (None, 80, 443) else f"{host}:{port}"
    kind = PAGE if path and network else AD if ADVERTISED.match(path) else SITE
    return Address(kind, f"{where}{path}{'?' + query if query else ''}")


def _plain_host(host: str) -> str:
    """Lower case, in the letters of the network (punycode), without `www.` and `m.`."""
    host = host.casefold()
    try:
        host = host.encode("idna").decode("ascii")
    except UnicodeError:
        host = quote(host)
    for prefix in ("www.", "m.", "mobile."):
        if host.startswith(prefix) and host.count(".") > 1:
            host = host.removeprefix(prefix)
    return host


def _plain_path(path: str) -> str:
    path = INDEX.sub("", re.sub(r"/{2,}", "/", path))
    return quote(unquote(path), safe="/-._~!$&'()*+,;=:@").rstrip("/")


def _plain_query(query: str) -> str:
    pairs = [pair for pair in parse_qsl(query) if not TRACKING.match(pair[0].lower())]
    return urlencode(sorted(pairs))


def _of_messenger(host: str, path: str, query: str) -> Address:
    given = dict(parse_qsl(query)).get("phone") or dict(parse_qsl(query)).get("number") or path
    digits = re.sub(r"\D", "", unquote(given))
    if 10 <= len(digits) <= 15:
        return Address(SELLER, f"phone:{_phone(digits) or digits}")
    return Address(PAGE, f"{host}{_plain_path(path)}")


def _account(network: str, path: str, query: str) -> str:
    """`network:name` in lower case; empty when the address names a post and no account."""
    steps = [unquote(step) for step in path.split("/") if step]
    if steps and steps[0].lower() in PREFIXES and len(steps) > 1:
        steps = steps[1:]
    if steps[:1] == ["profile.php"]:
        number = dict(parse_qsl(query)).get("id", "")
        return f"{network}:{number}" if number.isdigit() else ""
    if not steps or steps[0].lower() in POSTS or not HANDLE.match(steps[0]):
        return ""
    return f"{network}:{steps[0].lstrip('@').lower()}"
