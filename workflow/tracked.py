"""What every thing with a status carries."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit

from .transitions import Status, Workflow


class Tracked(models.Model):
    """An object that moves through a `Workflow`.

    `version` grows with each change of status; a page carries the version it was made from,
    so that a page left open cannot act on a case that has moved on. `case_id` is the story
    that the object belongs to: the request, its act, the application and the certificate
    share one.
    """

    WORKFLOW: ClassVar[Workflow]
    SUBJECT_TYPE: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_id = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    status = models.CharField(_("status"), max_length=20, editable=False)
    status_since = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    @property
    def status_info(self) -> Status:
        return self.WORKFLOW.statuses[self.status]

    @property
    def label(self) -> str:
        """The number that people know the object by."""
        raise NotImplementedError

    def subject_ref(self) -> audit.SubjectRef:
        """How the log names the object: by its number, which a draft does not have yet.

        What a page calls such a draft depends on the reader's language and has no place there.
        """
        label = getattr(self, "number", None) or ""
        return audit.SubjectRef(type=self.SUBJECT_TYPE, id=str(self.pk), label=label)
