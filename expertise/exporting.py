"""Bills of materials as a spreadsheet: what the import reads, written back."""

from expertise.examples import MATERIAL_COLUMNS, workbook
from expertise.line_ranges import shown
from expertise.models import ExpertiseRequest, Material
from expertise.spreadsheet_columns import MATERIALS
from reference.currencies import TENGE

_SPELLED = {"customs": "ДТ", "ct_1": "СТ-1", "ct_kz": "СТ-KZ", "kz_origin": "документ РК"}


def materials_workbook(request: ExpertiseRequest) -> bytes:
    """Every material of the request; the same one in several lines stands once."""
    rows: dict[tuple[object, ...], list[int]] = {}
    materials = Material.objects.filter(line__request=request).select_related("line")
    for material in materials.order_by("line__number", "number"):
        numbers = rows.setdefault(_cells(material), [])
        if material.line.number in numbers:
            # Twice in one bill: it has to come back twice.
            rows[(*_cells(material), material.pk)] = [material.line.number]
        else:
            numbers.append(material.line.number)
    width = len(MATERIAL_COLUMNS) - 1
    return workbook(
        MATERIALS,
        MATERIAL_COLUMNS,
        [(shown(numbers), *cells[:width]) for cells, numbers in rows.items()],
        title="Материалы",
    )


def _cells(material: Material) -> tuple[object, ...]:
    """The cells after the line's number, in the order of `MATERIAL_COLUMNS`."""
    is_foreign = material.currency != TENGE
    return (
        material.name,
        material.hs_code,
        material.country,
        material.supplier,
        _SPELLED.get(material.origin_document, ""),
        material.document,
        None if material.local_percent is None else f"{material.local_percent:f} %",
        None if is_foreign else material.value_kzt,
        material.currency if is_foreign else None,
        material.amount,
        material.rate,
        f"{material.rate_on:%d.%m.%Y}" if material.rate_on else None,
        material.rate_source,
    )
