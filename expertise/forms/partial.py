"""Forms that are saved as far as they are filled."""

from typing import Any, ClassVar

from django import forms


class PartialForm(forms.BaseForm):
    """A page that may be left half done.

    What will be needed is marked as required, but only what is wrong is refused by the form;
    what is missing is listed before the case goes on, or refused by the service.
    """

    needed: ClassVar[frozenset[str]] = frozenset()
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._mark_needed()

    def _mark_needed(self) -> None:
        for name in self.needed & self.fields.keys():
            self.fields[name].required = True

    def _clean_fields(self) -> None:
        for name in self.needed & self.fields.keys():
            self.fields[name].required = False
        super()._clean_fields()
        self._mark_needed()


def say_nothing(form: forms.BaseForm) -> None:
    """Takes the help away from a row that repeats the one above it."""
    for field in form.fields.values():
        field.help_text = ""


class RowForm(forms.ModelForm):
    """A form of a row whose values a service checks and saves; the form reads single fields."""

    def _get_validation_exclusions(self) -> set[str]:
        return {field.name for field in self.instance._meta.fields}
