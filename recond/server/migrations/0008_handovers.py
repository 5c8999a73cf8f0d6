"""The list of hand-overs reads its page from an index: of 100,000 of them it sorted all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recond", "0007_stale")]

    operations = [
        migrations.AddIndex(model_name="handover", index=models.Index(fields=["-at", "-id"], name="handover_newest"))
    ]
