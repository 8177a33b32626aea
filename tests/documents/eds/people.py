"""An invented person who signs an invented record for an invented organisation."""

from typing import Any

from documents.eds.authority import SoftwareAuthority
from documents.eds.making import SoftwareKey

RECORD = '{"schema":"ctkz.test/1","goods":"Фильтр «Пример»","share":"61.40"}'.encode()
OTHER_RECORD = RECORD.replace(b"61.40", b"99.40")
NAME = "Примеров Пример Примерович"
IIN = "900101300111"
OTHER_IIN = "900101300222"
BIN = "990140000011"
OTHER_BIN = "990140000022"
ORGANISATION = "ТОО «Пример-Фильтр»"


def head(authority: SoftwareAuthority, **kind: Any) -> SoftwareKey:
    """The key of the head of the organisation; `kind` changes what the certificate says."""
    given = {"iin": IIN, "bin": BIN, "roles": ("head",), **kind}
    return authority.employee(
        given.pop("iin"), NAME, given.pop("bin"), ORGANISATION, given.pop("roles"), **given
    )
