"""Notes of cards that new events have overtaken; and indexes less that every card had to be written into for nothing."""

from django.db import migrations, models

TABLES = ("recond_card", "recond_words", "recond_print")


def without_patterns(apps, editor):
    # On PostgreSQL Django adds to an indexed text a second index, for LIKE 'x%'. Nothing here asks that.
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = ANY(%s)"
            " AND indexname LIKE %s",
            [list(TABLES), r"%\_like"],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {editor.quote_name(name)}")


class Migration(migrations.Migration):
    dependencies = [("recond", "0006_language")]

    operations = [
        migrations.CreateModel(
            name="Stale",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.CharField(max_length=36)),
                ("run", models.CharField(max_length=36)),
            ],
        ),
        migrations.RunPython(without_patterns, migrations.RunPython.noop),
    ]
