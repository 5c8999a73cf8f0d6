"""Tags that two machines bear are kept aside: to find them, the page of what waits looked at all of 100,000 tags each time.

They are looked for once more at each start of the server (`cards.find_doubled`), so none is missed here.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recond", "0008_handovers")]

    operations = [
        migrations.CreateModel(
            name="Twice", fields=[("tag", models.CharField(max_length=40, primary_key=True, serialize=False))]
        )
    ]
