
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.CharField(max_length=120, verbose_name='task')),
                ('key', models.CharField(max_length=120, verbose_name='key')),
                ('kwargs', models.JSONField(default=dict, verbose_name='arguments')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='created at')),
                ('available_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='to be sent from')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='last sent at')),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='times sent')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done at')),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
            ],
            options={
                'verbose_name': 'outbox item',
                'verbose_name_plural': 'outbox items',
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['available_at', 'id'], name='outbox_unfinished'), models.Index(condition=models.Q(('done_at__isnull', False)), fields=['done_at'], name='outbox_finished')],
                'constraints': [models.UniqueConstraint(fields=('task', 'key'), name='outbox_one_row_per_work')],
            },
        ),
    ]
