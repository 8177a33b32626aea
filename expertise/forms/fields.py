"""Fields of the forms of stage one; they are the portal's own."""

from reference.forms import (
    CountryField,
    DateInput,
    FigureField,
    MoneyField,
    PercentField,
    SeveralFilesField,
    SeveralFilesInput,
)

__all__ = [
    "CountryField",
    "DateInput",
    "FigureField",
    "MoneyField",
    "PercentField",
    "SeveralFilesField",
    "SeveralFilesInput",
]
