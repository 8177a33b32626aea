"""What the log says of notes: that one was written or withdrawn, never its words.

A note is its own story: whoever reads the history of the case does not learn of it.
"""

from django.utils.translation import gettext_lazy as _

import audit

audit.register("case_note.added", facts=("about_case", "mentioned"), sentence=_("A note was added"))
audit.register("case_note.withdrawn", facts=("about_case",), sentence=_("A note was withdrawn"))
audit.register_subject("case_note", "workplace:case-note")
