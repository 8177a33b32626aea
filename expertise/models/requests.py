"""The request for expertise: who asks, for what goods, with which papers."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

import audit
from accounts.fields import BinIinField
from accounts.models import Membership, Organisation, Role, User, in_language
from documents.models import ElectronicSignature, StoredFile
from documents.previews import is_pdf
from expertise.workflow import REQUEST_WORKFLOW
from reference.deadlines import Clocked
from reference.models import Scheme
from workflow.freezing import frozen
from workflow.questions import Question
from workflow.tracked import Tracked


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
                # A blind second expertise is nobody's request: its applicant must not learn of it.
                return self.filter(applicant=actor.organisation_id, blind_of__isnull=True)
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
    # A correction carries on what its applicant signed, so two requests may share one.
    signature = models.ForeignKey(
        ElectronicSignature,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("signature of the applicant"),
    )
    # Reserved when the auditor first sets out to sign, kept as long as the request lives.
    act_number = models.CharField(
        _("number of the act"), max_length=40, unique=True, null=True, editable=False
    )
    auditor = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="assigned_requests",
        null=True,
        blank=True,
        verbose_name=_("auditor"),
    )
    # The earlier request whose act this one corrects; signing the new act supersedes the old.
    corrects = models.ForeignKey(
        "self", models.PROTECT, related_name="corrections", null=True, blank=True, editable=False
    )
    correction_reason = models.CharField(_("reason"), max_length=40, blank=True, editable=False)
    correction_note = models.TextField(_("explanation"), blank=True, editable=False)
    reminded_on = models.DateField(null=True, blank=True, editable=False)
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
            models.UniqueConstraint(
                fields=("corrects",),
                condition=~Q(status__in=("rejected", "withdrawn")),
                name="request_corrected_once_at_a_time",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=("status", "due_on"))]
        triggers: ClassVar = [
            *REQUEST_WORKFLOW.triggers(),
            frozen("signature_is_kept", "signature_id", when="OLD.signature_id IS NOT NULL"),
            frozen("act_number_is_kept", "act_number", when="OLD.act_number IS NOT NULL"),
        ]

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


class RequestDocumentQuerySet(models.QuerySet["RequestDocument"]):
    def visible_to(self, actor: Membership | None) -> Self:
        """Documents of the requests that `actor` may see.

        What the auditor adds is a draft of the act: the applicant sees it once that is signed.
        """
        documents = self.filter(request__in=ExpertiseRequest.objects.visible_to(actor))
        if actor is not None and actor.role == Role.APPLICANT:
            own_people = Membership.objects.filter(
                organisation=actor.organisation_id, user=OuterRef("added_by")
            )
            documents = documents.filter(Q(request__status="concluded") | Exists(own_people))
        return documents


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
    # The goods that the paper or photograph is about; none means all of them.
    lines = models.ManyToManyField(
        "expertise.GoodsLine", related_name="documents", blank=True, verbose_name=_("goods lines")
    )

    objects = RequestDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("added_at",)

    def __str__(self) -> str:
        return self.title or self.type

    @property
    def is_picture(self) -> bool:
        return self.file.content_type in ("image/jpeg", "image/png")

    @property
    def has_preview(self) -> bool:
        return self.is_picture or is_pdf(self.file)


class RequestQuestion(Question):
    """What the auditor asked the applicant."""

    request = models.ForeignKey(ExpertiseRequest, models.PROTECT, related_name="questions")

    class Meta(Question.Meta):
        verbose_name = _("question to the applicant")
        verbose_name_plural = _("questions to the applicant")
