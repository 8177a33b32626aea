"""Preventive control without a visit: the recommendation and its clocks."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from documents.models import SealedDocument, StoredFile
from oversight.workflows.recommendations import RECOMMENDATION_WORKFLOW
from reference.deadlines import Clocked
from workflow.tracked import Tracked

from .checks import DeskCheck, Violation


class Recommendation(Tracked, Clocked):
    """A recommendation to eliminate violations, without opening an administrative case.

    Preventive control without a visit, the norms of domain practice: sent within ten working days
    from the day the violation was found; objection within five, execution within ten working days
    from the day after delivery. One that is not executed is a ground for control with a visit.
    """

    WORKFLOW = RECOMMENDATION_WORKFLOW
    SUBJECT_TYPE = "recommendation"

    number = models.CharField(_("number"), max_length=40, unique=True)
    desk_check = models.ForeignKey(DeskCheck, models.PROTECT, related_name="recommendations")
    violations = models.ManyToManyField(Violation, related_name="recommendations")
    addressee = models.ForeignKey(Organisation, models.PROTECT, related_name="recommendations")
    # How to eliminate what was found, point by point.
    points = models.JSONField(_("what to do"), default=list)
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(auto_now_add=True)
    found_on = models.DateField(_("found"))
    send_by = models.DateField(_("to be sent by"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    delivered_on = models.DateField(_("delivered"), null=True, blank=True, editable=False)
    object_by = models.DateField(_("objection until"), null=True, blank=True, editable=False)
    execute_by = models.DateField(_("to be executed by"), null=True, blank=True, editable=False)
    document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    objection = models.TextField(_("objection"), blank=True)
    objection_file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True
    )
    objected_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    objected_at = models.DateTimeField(_("objected"), null=True, blank=True, editable=False)
    objection_decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, blank=True
    )
    objection_decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    objection_note = models.TextField(_("answer to the objection"), blank=True)
    # The reasoned answer to an objection that was dismissed.
    answer_document = models.OneToOneField(
        SealedDocument, models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    execution = models.TextField(_("what was done"), blank=True)
    execution_file = models.ForeignKey(
        StoredFile, models.PROTECT, related_name="+", null=True, blank=True
    )
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    reported_at = models.DateTimeField(_("execution reported"), null=True, blank=True)
    return_note = models.TextField(_("what is still missing"), blank=True)
    # The day of the last reminder: one a day is enough.
    reminded_on = models.DateField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    consequence = models.TextField(_("consequence"), blank=True)

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ("-prepared_at",)
        constraints: ClassVar = [
            RECOMMENDATION_WORKFLOW.constraint("recommendation_status_known"),
            models.UniqueConstraint(
                fields=("desk_check", "addressee"),
                condition=~Q(status="withdrawn"),
                name="recommendation_one_for_an_addressee",
            ),
            models.CheckConstraint(
                condition=Q(objection_decided_by__isnull=True)
                | ~Q(objection_decided_by=F("prepared_by")),
                name="objection_decided_by_another_person",
            ),
        ]
        triggers: ClassVar = [
            *RECOMMENDATION_WORKFLOW.triggers(),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        return self.number
