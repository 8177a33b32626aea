"""Stage one: the request for expertise, what it is about, and the act that concludes it."""

import uuid
from typing import ClassVar, Self

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

import audit
from accounts.fields import BinIinField
from accounts.models import Membership, Organisation, Role, User, in_language
from auditors.models import Attestation
from documents.models import SealedDocument, StoredFile
from reference.deadlines import Clocked
from reference.fields import HsCodeField, KpVedField
from reference.models import Scheme, Unit
from workflow.freezing import frozen
from workflow.questions import Question
from workflow.tracked import Tracked

from .workflow import ACT_WORKFLOW, REQUEST_WORKFLOW


class Category(models.TextChoices):
    SERIAL = "serial", _("Serial production")
    BATCH = "batch", _("Batch")


class RequestQuerySet(models.QuerySet["ExpertiseRequest"]):
    def visible_to(self, actor: Membership | None) -> Self:
        """The requests that `actor` may see.

        - an applicant's employee: those of the own organisation, drafts included;
        - the head of an expert organisation: those filed with it, once submitted;
        - an auditor: those assigned to this person;
        - chamber staff: concluded ones whose act goes to their chamber;
        - a Committee inspector: all, once submitted.
        """
        if actor is None:
            return self.none()
        filed = self.filter(submitted_at__isnull=False)
        match actor.role:
            case Role.APPLICANT:
                return self.filter(applicant=actor.organisation_id)
            case Role.EXPERT_HEAD:
                return filed.filter(expert_organisation=actor.organisation_id)
            case Role.AUDITOR:
                return filed.filter(
                    auditor=actor.user_id, expert_organisation=actor.organisation_id
                )
            case Role.CHAMBER_OFFICER | Role.CHAMBER_SIGNATORY:
                return filed.filter(chamber=actor.organisation_id, status="concluded")
            case Role.INSPECTOR | Role.COMMITTEE_HEAD:
                return filed
        return self.none()


class ExpertiseRequest(Tracked, Clocked):
    """An applicant's request that an expert organisation establish the origin of goods."""

    WORKFLOW = REQUEST_WORKFLOW
    SUBJECT_TYPE = "request"

    # The form that made this request; the same form sent twice makes one request.
    form_token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=40, unique=True, null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    applicant = models.ForeignKey(
        Organisation, models.PROTECT, related_name="filed_requests", verbose_name=_("applicant")
    )
    expert_organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="received_requests",
        null=True,
        blank=True,
        limit_choices_to={"kind": "expert"},
        verbose_name=_("expert organisation"),
    )
    category = models.CharField(_("category"), max_length=10, choices=Category.choices, blank=True)
    purpose = models.CharField(_("purpose"), max_length=40, blank=True)

    producer_bin = BinIinField(_("producer's BIN / IIN"), blank=True)
    producer_name_ru = models.CharField(_("producer's name in Russian"), max_length=400, blank=True)
    producer_name_kk = models.CharField(_("producer's name in Kazakh"), max_length=400, blank=True)
    producer_address_ru = models.CharField(
        _("address of production in Russian"), max_length=400, blank=True
    )
    producer_address_kk = models.CharField(
        _("address of production in Kazakh"), max_length=400, blank=True
    )
    recipient_bin = BinIinField(_("recipient's BIN / IIN"), blank=True)
    recipient_name = models.CharField(_("recipient's name"), max_length=400, blank=True)
    recipient_address = models.CharField(_("recipient's address"), max_length=400, blank=True)
    contract_number = models.CharField(_("contract number"), max_length=60, blank=True)
    contract_on = models.DateField(_("contract date"), null=True, blank=True)
    invoice_number = models.CharField(_("invoice number"), max_length=60, blank=True)
    invoice_on = models.DateField(_("invoice date"), null=True, blank=True)
    operations = models.TextField(_("how the goods are made"), blank=True)

    chamber = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="expected_requests",
        null=True,
        blank=True,
        limit_choices_to={"kind": "chamber"},
        verbose_name=_("regional chamber"),
    )
    goes_to_chamber_by_itself = models.BooleanField(
        _("file with the chamber as soon as the act is signed"), default=False
    )

    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    auditor = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="assigned_requests",
        null=True,
        blank=True,
        verbose_name=_("auditor"),
    )
    rejection_reason = models.CharField(_("reason"), max_length=40, blank=True)
    rejection_note = models.TextField(_("explanation"), blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("expertise request")
        verbose_name_plural = _("expertise requests")
        ordering = ("-status_since",)
        constraints: ClassVar = [
            REQUEST_WORKFLOW.constraint("request_status_known"),
            models.CheckConstraint(
                condition=Q(auditor__isnull=True)
                | (~Q(auditor=F("submitted_by")) & ~Q(auditor=F("created_by"))),
                name="request_auditor_is_not_author",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "withdrawn")) | Q(number__isnull=False),
                name="request_numbered_when_filed",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("status", "due_on"))]
        triggers: ClassVar = REQUEST_WORKFLOW.triggers()

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.number or str(_("draft"))

    def subject_ref(self) -> audit.SubjectRef:
        # The log keeps a number or nothing: words would stay in the language of that day.
        return audit.SubjectRef(type=self.SUBJECT_TYPE, id=str(self.pk), label=self.number or "")

    @property
    def experts(self) -> Organisation:
        """The expert organisation of a filed request; only a draft may lack one."""
        assert self.expert_organisation is not None  # noqa: S101
        return self.expert_organisation

    @property
    def producer_name(self) -> str:
        return in_language(self, "producer_name") or self.producer_name_ru

    @property
    def is_batch(self) -> bool:
        return self.category == Category.BATCH


class GoodsLine(models.Model):
    """One kind of goods; its number stays the line's number on the act and the certificate."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(ExpertiseRequest, models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField(_("line"))
    name = models.TextField(_("name, model, standard"), max_length=1000)
    hs_code = HsCodeField(_("HS code"))
    kp_ved = KpVedField(_("KP VED code"), blank=True)
    quantity = models.DecimalField(
        _("quantity"), max_digits=18, decimal_places=6, validators=[MinValueValidator(0)]
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    # EXW price of one unit without VAT: the denominator of the local-content share.
    price_kzt = models.DecimalField(
        _("price of one unit, EXW, without VAT, ₸"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
    )
    claimed_criterion = models.CharField(_("claimed criterion"), max_length=5, blank=True)
    claimed_percent = models.DecimalField(
        _("claimed local content, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = _("goods line")
        verbose_name_plural = _("goods lines")
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("request", "number"), name="goods_line_number"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="goods_quantity_positive"),
            models.CheckConstraint(
                condition=Q(claimed_percent__isnull=True)
                | Q(claimed_percent__gte=0, claimed_percent__lte=100),
                name="goods_claimed_percent_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name[:80]}"


class OriginDocument(models.TextChoices):
    NONE = "", _("none")
    CUSTOMS = "customs", _("customs declaration")
    CT_1 = "ct_1", _("CT-1 certificate")
    CT_KZ = "ct_kz", _("CT-KZ certificate")
    KZ_ORIGIN = "kz_origin", _("other document of Kazakhstani origin")


class Material(models.Model):
    """A raw material or component in one unit of the goods."""

    line = models.ForeignKey(GoodsLine, models.CASCADE, related_name="materials")
    number = models.PositiveSmallIntegerField(_("no."))
    name = models.CharField(_("material"), max_length=400)
    hs_code = models.CharField(_("HS code"), max_length=10, blank=True)
    country = models.CharField(_("country of origin"), max_length=2, blank=True)
    supplier = models.CharField(_("supplier"), max_length=400, blank=True)
    origin_document = models.CharField(
        _("document of origin"), max_length=10, choices=OriginDocument.choices, blank=True
    )
    document = models.CharField(_("document number and date"), max_length=200, blank=True)
    local_percent = models.DecimalField(
        _("local content of the material, %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    # Per one unit of the goods, without VAT.
    value_kzt = models.DecimalField(_("value, ₸"), max_digits=18, decimal_places=2)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("line", "number"), name="material_number"),
            models.CheckConstraint(condition=Q(value_kzt__gte=0), name="material_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_local(self) -> bool:
        """A material is local only with a document of Kazakhstani origin; unknown is foreign."""
        return self.country == "KZ" and self.origin_document in (
            OriginDocument.CT_KZ,
            OriginDocument.KZ_ORIGIN,
        )


class RequestDocument(models.Model):
    """A file that the applicant or the auditor put with the case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(ExpertiseRequest, models.PROTECT, related_name="documents")
    type = models.CharField(_("kind of document"), max_length=40)
    title = models.CharField(_("title"), max_length=300, blank=True)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    dated_on = models.DateField(_("document date"), null=True, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("added_at",)

    def __str__(self) -> str:
        return self.title or self.type


class RequestQuestion(Question):
    """What the auditor asked the applicant."""

    request = models.ForeignKey(ExpertiseRequest, models.PROTECT, related_name="questions")

    class Meta(Question.Meta):
        verbose_name = _("question to the applicant")
        verbose_name_plural = _("questions to the applicant")


class Examination(models.Model):
    """What the auditor established about the request as a whole (`Rules`, content of expertise:
    documents, identification of the goods, technological process)."""

    request = models.OneToOneField(
        ExpertiseRequest, models.PROTECT, related_name="examination", primary_key=True
    )
    began_on = models.DateField(_("expertise began"))
    place = models.CharField(_("place"), max_length=400, blank=True)
    site_visit = models.BooleanField(_("the production site was visited"), default=False)
    visited_on = models.DateField(_("date of the visit"), null=True, blank=True)
    attended = models.TextField(_("who was present"), blank=True)
    identification = models.TextField(_("identification of the goods"), blank=True)
    process = models.TextField(_("technological process"), blank=True)

    class Meta:
        verbose_name = _("examination")
        verbose_name_plural = _("examinations")

    def __str__(self) -> str:
        return str(self.request)


class Finding(models.Model):
    """The auditor's verdict on one goods line, with the calculation it rests on."""

    line = models.OneToOneField(GoodsLine, models.CASCADE, related_name="finding", primary_key=True)
    is_originating = models.BooleanField(_("originates in Kazakhstan"))
    criterion = models.CharField(_("criterion of origin"), max_length=5, blank=True)
    justification = models.TextField(_("justification"), blank=True)
    reason = models.CharField(_("reason of the refusal"), max_length=40, blank=True)
    formula = models.CharField(max_length=20, blank=True)
    price_kzt = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    foreign_kzt = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    share_percent = models.DecimalField(
        _("local content, %"), max_digits=5, decimal_places=2, null=True
    )

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(share_percent__isnull=True)
                | Q(share_percent__gte=0, share_percent__lte=100),
                name="finding_share_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(is_originating=False)
                | (Q(share_percent__isnull=False) & ~Q(criterion="")),
                name="finding_positive_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line.number}: {self.criterion or '—'}"


class ActQuerySet(models.QuerySet["Act"]):
    def visible_to(self, actor: Membership | None) -> Self:
        """An act is seen by whoever sees its request."""
        return self.filter(request__in=ExpertiseRequest.objects.visible_to(actor))


class Act(Tracked):
    """The act of expertise: a frozen canonical record, signed by the auditor.

    `record` holds the RFC 8785 bytes; the PDF is made from them and from nothing else.
    """

    WORKFLOW = ACT_WORKFLOW
    SUBJECT_TYPE = "act"

    request = models.OneToOneField(ExpertiseRequest, models.PROTECT, related_name="act")
    number = models.CharField(_("number"), max_length=40, unique=True)
    is_positive = models.BooleanField(_("at least one line originates in Kazakhstan"))
    attestation = models.ForeignKey(Attestation, models.PROTECT, related_name="acts")
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="signed_acts")
    signed_at = models.DateTimeField(_("signed"))
    valid_until = models.DateField(_("valid until"))
    record = models.BinaryField(editable=False)
    record_sha256 = models.CharField(max_length=64, editable=False)
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="act", null=True, blank=True
    )

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act of expertise")
        verbose_name_plural = _("acts of expertise")
        ordering = ("-signed_at",)
        constraints: ClassVar = [ACT_WORKFLOW.constraint("act_status_known")]
        triggers: ClassVar = [
            *ACT_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            frozen(
                "record_is_frozen",
                "record", "record_sha256", "number", "is_positive", "signed_by_id", "signed_at",
                "valid_until", "request_id", "attestation_id",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        return self.number
