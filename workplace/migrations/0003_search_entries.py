import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        # Trigrams: the index of words needs them.
        ("registry", "0005_trigrams"),
        ("workplace", "0002_deadline_marks"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                ("object_id", models.CharField(max_length=64)),
                ("thing", models.CharField(max_length=100)),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="number")),
                ("number_key", models.CharField(blank=True, max_length=60)),
                ("serial", models.PositiveIntegerField(blank=True, null=True)),
                ("title_ru", models.TextField(blank=True, verbose_name="title in Russian")),
                ("title_kk", models.TextField(blank=True, verbose_name="title in Kazakh")),
                ("title_en", models.TextField(blank=True, verbose_name="title in English")),
                ("about", models.TextField(blank=True, verbose_name="goods")),
                ("at", models.DateTimeField(verbose_name="moment")),
                (
                    "seen_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), default=list, size=None
                    ),
                ),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "verbose_name": "entry of the search",
                "verbose_name_plural": "entries of the search",
                "indexes": [
                    models.Index(
                        fields=["number_key"],
                        name="search_number",
                        opclasses=("varchar_pattern_ops",),
                    ),
                    models.Index(fields=["serial"], name="search_serial"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["vector"], name="search_vector"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id"), name="search_entry_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=60, primary_key=True, serialize=False)),
            ],
            options={
                "verbose_name": "word of the search",
                "verbose_name_plural": "words of the search",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="search_word_trigrams", opclasses=("gin_trgm_ops",)
                    )
                ],
            },
        ),
    ]
