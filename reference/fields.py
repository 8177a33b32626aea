"""Fields for classifier codes; they keep leading zeros and accept what people paste."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.fields import NormalisedCharField, NormalisedFormField
from reference.codes import HS_LENGTH, normalise_hs_code, normalise_kp_ved
from reference.numbers import normalise_certificate_number


class HsCodeFormField(NormalisedFormField):
    input_mode = "numeric"

    def normalise(self, value: str) -> str:
        return normalise_hs_code(value)


class KpVedFormField(NormalisedFormField):
    input_mode = "decimal"

    def normalise(self, value: str) -> str:
        return normalise_kp_ved(value)


class CertificateNumberFormField(NormalisedFormField):
    def normalise(self, value: str) -> str:
        return normalise_certificate_number(value)


class _FixedLengthField(NormalisedCharField):
    length: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = self.length
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs


class HsCodeField(_FixedLengthField):
    """Ten digits as text: the first zero of groups 01 to 09 matters."""

    description = _("HS code")
    form_class = HsCodeFormField
    length = HS_LENGTH

    def normalise(self, value: object) -> str:
        return normalise_hs_code(value)


class KpVedField(_FixedLengthField):
    description = _("KP VED code")
    form_class = KpVedFormField
    length = len("NN.NN.NN.NNN")

    def normalise(self, value: object) -> str:
        return normalise_kp_ved(value)
