"""The Committee's rule desk in the demo: a condition read in two ways, a version to approve."""

from datetime import timedelta

from django.utils import timezone

from expertise.models import Act
from origin.books import pack_in_force, parsed
from origin.conditions import Words
from origin.models import Dispute, RulePack
from origin.pack_files import parse_condition
from origin.packs import pack_data
from origin.services import impact, packs, readings

from .people import Cast

# Furniture: a limit on foreign materials, silent on what must be done with them.
DISPUTED_ROW = "9403"
CHANGED_ROW = "8544"

QUESTION = Words(
    kk="Дайын бөлшектерден тек құрастырылған жиһазға 50 % шегі жеткілікті ме?",
    ru="Достаточно ли предела 50 %, если мебель только собирают из готовых деталей?",
    en="Is the limit of 50 % enough where furniture is only assembled from finished parts?",
)
READINGS = (
    readings.NewReading(
        "a",
        Words(
            kk="Тізбеде тек шек аталған: шетелдік материалдар 50 %-дан аспаса, жеткілікті.",
            ru="Перечень называет только предел: достаточно, что иностранных материалов до 50 %.",
            en="The list names the limit alone: foreign materials up to 50 % are enough.",
        ),
        parse_condition("foreign_share_at_most: 50"),
    ),
    readings.NewReading(
        "b",
        Words(
            kk="Шектен бөлек каркасты дәнекерлеу немесе функционалдық жабын салу қажет.",
            ru="Кроме предела нужна сварка каркаса или покрытие, придающее новые свойства.",
            en="Besides the limit the frame must be welded or given a functional coating.",
        ),
        parse_condition(
            "all:\n"
            "  - foreign_share_at_most: 50\n"
            "  - operations_required: {any: [welding, functional_coating]}\n"
        ),
    ),
)


def open_dispute(cast: Cast) -> Dispute:
    """Recorded before the first act, as of yesterday: auditors must pick a reading from today."""
    return readings.open_dispute(
        actor=cast["inspector"],
        row_id=DISPUTED_ROW,
        question=QUESTION,
        readings=READINGS,
        on=timezone.localdate() - timedelta(days=1),
    )


def record_precedent(cast: Cast, dispute: Dispute, act: Act) -> None:
    readings.add_precedent(
        dispute=dispute,
        actor=cast["inspector"],
        reading=dispute.readings.get(code="a"),
        text=(
            "Столы со сваренным на месте каркасом признаны происходящими: предел соблюдён, "
            "спор о сборке не возник."
        ),
        act_number=act.number,
    )


def propose_version(cast: Cast) -> RulePack:
    """A version with one stricter row, checked and being measured; a second person decides."""
    inspector = cast["inspector"]
    today = timezone.localdate()
    base = pack_in_force(on=today)
    pack = packs.begin_pack(
        actor=inspector, on=today, note="Пример: для кабелей предел 40 % вместо 50 %."
    )
    pack = packs.save_head(
        pack=pack,
        actor=inspector,
        title={"kk": pack.title_kk, "ru": pack.title_ru, "en": pack.title_en},
        valid_from=today + timedelta(days=30),
        note=pack.note,
    )
    rows = pack_data(parsed(base.body_sha256))["rows"]
    row = next(row for row in rows if row["id"] == CHANGED_ROW)
    pack = packs.save_row(
        pack=pack,
        actor=inspector,
        row={
            **row,
            "condition": {"foreign_share_at_most": "40"},
            "source": {"act": "Протокол рабочей группы (пример)"},
            "is_confirmed": False,
        },
        replacing=CHANGED_ROW,
    )
    pack = packs.check_pack(pack=pack, actor=inspector)
    impact.measure_impact(proposal=pack, actor=inspector)
    return pack
