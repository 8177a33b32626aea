"""How the log names a person who does not act for anybody yet."""

import audit

from .models import User


def person_ref(user: User) -> audit.ActorRef:
    return audit.ActorRef(id=str(user.pk), role="person", organisation="", label=user.full_name)


def person_subject(user: User) -> audit.SubjectRef:
    return audit.SubjectRef(type="person", id=str(user.pk), label=user.full_name)
