"""The public register: one entry for each certificate, whoever issued it, and its goods.

A projection: everything here follows from certificates and imported exports and can be made
anew. It holds the columns that the public register has always shown, and nothing more.
"""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from issuance.models import Certificate
from issuance.workflow import CERTIFICATE_WORKFLOW
from reference.models import Scheme
from workflow.freezing import frozen
from workflow.transitions import Status

EXPIRED = Status(_("Expired"), "wait", "clock")


class Source(models.TextChoices):
    """Where an entry comes from."""

    PORTAL = "portal", _("this portal")
    EARLIER = "earlier", _("the earlier register")


class State(models.TextChoices):
    """The last thing decided about a certificate; that its term has passed is told by dates.

    Only the earlier register states `expired` by word.
    """

    VALID = "valid", _("In force")
    SUSPENDED = "suspended", _("Suspended")
    REVOKED = "revoked", _("Revoked")
    REPLACED = "replaced", _("Replaced")
    EXPIRED = "expired", _("Expired")


class RegisterImport(models.Model):
    """One run of an import: what was read, how far it came, what became of it."""

    SUBJECT_TYPE = "register_import"

    file_name = models.CharField(_("file"), max_length=255)
    file_sha256 = models.CharField(max_length=64)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # The key of the last certificate whose batch was committed; a killed run goes on after it.
    position = models.CharField(max_length=40, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_refused = models.PositiveIntegerField(_("rows not taken"), default=0)
    added = models.PositiveIntegerField(_("certificates added"), default=0)
    changed = models.PositiveIntegerField(_("certificates changed"), default=0)
    unchanged = models.PositiveIntegerField(_("certificates unchanged"), default=0)

    class Meta:
        verbose_name = _("import of the earlier register")
        verbose_name_plural = _("imports of the earlier register")
        ordering = ("-started_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("file_sha256",),
                condition=Q(finished_at__isnull=True),
                name="register_import_one_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} {self.started_at:%d.%m.%Y %H:%M}"


class RegisterEntryQuerySet(models.QuerySet["RegisterEntry"]):
    def in_state(self, state: str, *, on: date) -> Self:
        """Entries that were last `state`, on that day: a term that has passed makes it expired."""
        over = Q(valid_until__lt=on) | Q(scheme__in=schemes_ended(on=on))
        alive = Q(state__in=(State.VALID, State.SUSPENDED))
        match state:
            case State.EXPIRED:
                return self.filter((alive & over) | Q(state=State.EXPIRED))
            case State.VALID | State.SUSPENDED:
                return self.filter(~over, state=state)
        return self.filter(state=state)

    def counted_by_state(self, *, on: date) -> dict[str, int]:
        """How many there are in each state of that day."""
        over = Q(valid_until__lt=on) | Q(scheme__in=schemes_ended(on=on))
        current = Case(
            When(over & Q(state__in=(State.VALID, State.SUSPENDED)), then=Value(State.EXPIRED)),
            default=F("state"),
        )
        counted = self.order_by().annotate(current=current).values("current")
        return dict(counted.annotate(count=Count("pk")).values_list("current", "count"))


def schemes_ended(*, on: date) -> list[str]:
    """Codes of the schemes that are over: none of their certificates is in force any more."""
    return list(Scheme.objects.filter(ended_on__lte=on).values_list("code", flat=True))


class RegisterEntry(models.Model):
    """A certificate as the public register shows it; texts are those of the paper, in Russian."""

    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    certificate = models.OneToOneField(
        Certificate, models.PROTECT, related_name="register_entry", null=True, blank=True
    )
    taken_from = models.ForeignKey(
        RegisterImport, models.PROTECT, related_name="entries", null=True, blank=True
    )
    updated_at = models.DateTimeField(_("entered"), auto_now=True)

    number = models.CharField(_("certificate number"), max_length=20, db_index=True)
    year = models.PositiveSmallIntegerField(_("year of issue"))
    chamber_code = models.CharField(_("chamber code"), max_length=3)
    sequence = models.PositiveIntegerField()
    chamber_name = models.CharField(_("chamber"), max_length=400, blank=True)
    blank_number = models.CharField(_("blank number"), max_length=20, blank=True)
    scheme = models.CharField(_("scheme"), max_length=20)
    issued_on = models.DateField(_("issued"))
    valid_until = models.DateField(_("in force until"))
    state = models.CharField(_("status"), max_length=12, choices=State.choices)
    # Given in place of an earlier certificate: a status of its own in the earlier register.
    is_replacement = models.BooleanField(_("issued in replacement"), default=False)
    replaces = models.CharField(_("replaces"), max_length=20, blank=True)
    replaced_by = models.CharField(_("replaced by"), max_length=20, blank=True)

    purpose = models.CharField(_("purpose"), max_length=400, blank=True)
    category = models.CharField(_("category"), max_length=400, blank=True)
    producer_bin = models.CharField(_("BIN or IIN of the producer"), max_length=12)
    producer_name = models.TextField(_("producer"))
    producer_name_kk = models.TextField(_("producer, in Kazakh"), blank=True)
    producer_address = models.TextField(_("address of the producer"), blank=True)
    recipient_bin = models.CharField(_("BIN or IIN of the recipient"), max_length=12, blank=True)
    recipient_name = models.TextField(_("recipient"), blank=True)
    recipient_name_kk = models.TextField(_("recipient, in Kazakh"), blank=True)
    recipient_address = models.TextField(_("address of the recipient"), blank=True)

    line_count = models.PositiveIntegerField(_("goods lines"), default=0)
    # Rows of the export that were damaged beyond reading.
    missing_lines = models.PositiveIntegerField(_("lines that could not be taken"), default=0)
    # The names, folded for search: look-alike letters of both alphabets are one.
    words = models.TextField(editable=False)
    # Of the facts above and the lines: what did not change is not written again.
    digest = models.CharField(max_length=64, editable=False)

    objects = RegisterEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the register")
        verbose_name_plural = _("entries of the register")
        ordering = ("-issued_on", "-number", "pk")
        constraints: ClassVar = [
            # The number shows only the last digit of the year, so the full year is the key.
            models.UniqueConstraint(
                fields=("source", "year", "chamber_code", "sequence"), name="register_number_key"
            ),
            models.CheckConstraint(
                condition=(Q(source=Source.PORTAL) & Q(certificate__isnull=False))
                | (Q(source=Source.EARLIER) & Q(certificate__isnull=True)),
                name="register_entry_of_a_certificate",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("issued_on")), name="register_entry_ends_after_issue"
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=("words",), opclasses=("gin_trgm_ops",), name="register_words"),
            models.Index(
                fields=("producer_bin",), opclasses=("varchar_pattern_ops",), name="register_bin"
            ),
            models.Index(
                fields=("recipient_bin",),
                opclasses=("varchar_pattern_ops",),
                condition=~Q(recipient_bin=""),
                name="register_recipient_bin",
            ),
            models.Index(fields=("-issued_on", "-number", "id"), name="register_latest_first"),
            models.Index(fields=("valid_until",), name="register_valid_until"),
            models.Index(fields=("chamber_code", "-issued_on"), name="register_chamber"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_earlier(self) -> bool:
        return self.source == Source.EARLIER

    @property
    def slug(self) -> str:
        """The number as it stands in an address."""
        return self.number.replace(" ", "-")

    def status_on(self, on: date, ended: list[str]) -> Status:
        """The word and shape of a list; `ended` are the schemes that are over on that day."""
        is_over = self.valid_until < on or self.scheme in ended
        if self.state == State.EXPIRED or (
            is_over and self.state in (State.VALID, State.SUSPENDED)
        ):
            return EXPIRED
        return CERTIFICATE_WORKFLOW.statuses[self.state]

    @property
    def source_label(self) -> str | Promise:
        return Source(self.source).label


class RegisterLine(models.Model):
    """One line of goods; its number is the one that invoices refer to and never changes."""

    entry = models.ForeignKey(RegisterEntry, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(_("line"))
    name = models.TextField(_("goods"))
    hs_code = models.CharField(_("HS code"), max_length=10)
    kp_ved = models.CharField(_("KP VED code"), max_length=12, blank=True)
    quantity = models.DecimalField(
        _("quantity"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    unit_code = models.CharField(_("unit code"), max_length=4, blank=True)
    criterion = models.CharField(_("criterion of origin"), max_length=5)
    share_percent = models.DecimalField(
        _("local content, %"), max_digits=7, decimal_places=4, null=True, blank=True
    )
    words = models.TextField(editable=False)

    class Meta:
        verbose_name = _("goods line of the register")
        verbose_name_plural = _("goods lines of the register")
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("entry", "number"), name="register_line_numbered_once")
        ]
        indexes: ClassVar = [
            GinIndex(fields=("words",), opclasses=("gin_trgm_ops",), name="register_line_words"),
            models.Index(
                fields=("hs_code", "entry"),
                opclasses=("varchar_pattern_ops", "int8_ops"),
                name="register_line_hs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name[:40]}"

    @property
    def local_content_percent(self) -> Decimal | None:
        """As a certificate's record names it: pages show the lines of both alike."""
        return self.share_percent

    @property
    def unit_symbol(self) -> str:
        return self.unit


class Snapshot(models.Model):
    """The whole register of a day as files, signed; made once and never changed."""

    SUBJECT_TYPE = "register_snapshot"

    day = models.DateField(_("day"), unique=True)
    ordered_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(_("made"), null=True, blank=True)
    certificates = models.PositiveIntegerField(_("certificates"), default=0)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    csv = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True)
    jsonl = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True)
    # The digests of both files, one a line; this is what the portal signs.
    digests = models.TextField(blank=True)
    signature = models.BinaryField(null=True, editable=False)

    class Meta:
        verbose_name = _("snapshot of the register")
        verbose_name_plural = _("snapshots of the register")
        ordering = ("-day",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(made_at__isnull=True)
                | Q(csv__isnull=False, jsonl__isnull=False, signature__isnull=False),
                name="snapshot_is_whole_and_signed",
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "snapshot_is_frozen",
                "day", "made_at", "certificates", "rows", "csv_id", "jsonl_id", "digests",
                "signature",
                when="OLD.made_at IS NOT NULL",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y}"

    @property
    def file_stem(self) -> str:
        """How the files of the day are called, without their endings."""
        return f"register-ct-kz-{self.day:%Y-%m-%d}"
