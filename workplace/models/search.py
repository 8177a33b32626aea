"""What search looks in: one row for each thing that somebody may find, and the words there are."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import in_language


class SearchEntry(models.Model):
    """A thing as search knows it: how it is shown, what it is found by, and by whom.

    A copy that follows the log and may be a moment behind: what a person is shown is asked of
    the thing's own list each time, `seen_by` only keeps the others from being read at all.
    """

    # Rows are written anew with each change, so they are many.
    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=20)
    object_id = models.CharField(max_length=64)
    # A certificate and its entry in the public register are one thing to whoever looks for it.
    thing = models.CharField(max_length=100)
    number = models.CharField(_("number"), max_length=60, blank=True)
    # `reference.words.number_key`; what `number_key` of a question is compared with.
    number_key = models.CharField(max_length=60, blank=True)
    # The last group of the number: what people call "the 318th".
    serial = models.PositiveIntegerField(null=True, blank=True)
    title_ru = models.TextField(_("title in Russian"), blank=True)
    title_kk = models.TextField(_("title in Kazakh"), blank=True)
    title_en = models.TextField(_("title in English"), blank=True)
    about = models.TextField(_("goods"), blank=True)
    at = models.DateTimeField(_("moment"))
    # Who may see it, as `workplace.search.scopes` names people.
    seen_by = ArrayField(models.CharField(max_length=100), default=list)
    # Those who work on it: theirs stand first.
    people = ArrayField(models.UUIDField(), default=list)
    # Words in the forms of three languages (A title, B names, C goods, D the rest), and codes:
    # `=n` numbers beside its own, `=b` BIN and IIN, `=h` HS codes.
    vector = SearchVectorField()

    class Meta:
        verbose_name = _("entry of the search")
        verbose_name_plural = _("entries of the search")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("kind", "object_id"), name="search_entry_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=("number_key",), opclasses=("varchar_pattern_ops",), name="search_number"
            ),
            models.Index(fields=("serial",), name="search_serial"),
            GinIndex(fields=("vector",), name="search_vector"),
        ]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def title(self) -> str:
        return in_language(self, "title")


class SearchWord(models.Model):
    """A word, or the stem of one, that some entry has: what a mistyped word is compared with.

    Words stay when the last entry with them goes; they are never shown by themselves.
    """

    word = models.CharField(primary_key=True, max_length=60)

    class Meta:
        verbose_name = _("word of the search")
        verbose_name_plural = _("words of the search")
        indexes: ClassVar = [
            GinIndex(fields=("word",), opclasses=("gin_trgm_ops",), name="search_word_trigrams")
        ]

    def __str__(self) -> str:
        return self.word
