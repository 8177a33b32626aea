"""A list whose address asks for nothing opens with the view that the person put first."""

from reference.lists import open_with

from .saving import first_view

open_with(first_view)
