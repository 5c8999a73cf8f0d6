"""Bringing a database up to date: never one of a newer recond, and never without a copy of what was there before."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError, OperationalError

from recond.core.errors import ConfigurationFault, EnvironmentFault
from recond.core.words import N_
from recond.server import cards

APP = "recond"
KEPT = 2
"""Copies kept on SQLite: of the last upgrades only."""


def migrate(data: Path, tell: Callable[[str], None] = lambda said: None) -> None:
    """Bring the database up to date, and the cards that older rules made.

    What was there is copied first: beside the database on SQLite, into a schema of its own on PostgreSQL. Raises
    ConfigurationFault for a database of a newer recond, EnvironmentFault when it does not answer, is full or cannot be copied.
    """
    try:
        executor = MigrationExecutor(connection)
        applied = {name for app, name in executor.loader.applied_migrations if app == APP}
        unknown = applied - {name for app, name in executor.loader.disk_migrations if app == APP}
        if unknown:
            raise ConfigurationFault(
                N_("ces données viennent d'un recond plus récent ({names})").format(names=", ".join(sorted(unknown))),
                N_(
                    "installez ce recond-là, ou restaurez une sauvegarde dans un dossier neuf : "
                    "recond --data NEUF serve --restore F"
                ),
            )
        copy = None
        if applied and executor.migration_plan(executor.loader.graph.leaf_nodes()):
            copy = _copy(data, max(applied))
            tell(f"base mise à jour ; telle qu'elle était : {copy}")
        _migrate(copy)
        if made := cards.refresh():
            tell(f"{made} fiche(s) refaite(s) de leurs événements")
    except OperationalError as error:
        raise unreachable(error) from error


def unreachable(error: BaseException) -> EnvironmentFault:
    """Return what is said of a database that does not answer, is full or read-only."""
    said = (str(error).strip().splitlines() or ["sans réponse"])[0]
    if "full" in said or "No space" in said:
        hint = N_("le disque du serveur est plein : faites de la place, puis recommencez")
    elif "readonly" in said or "read-only" in said or "unable to open" in said:
        hint = N_(
            "le dossier des données ne s'écrit pas : montez-le en écriture, ou donnez-en un autre (recond --data D serve)"
        )
    else:
        hint = N_("vérifiez --database-url, et que PostgreSQL tourne et connaît ce compte")
    return EnvironmentFault(N_("la base de données ne répond pas : {said}").format(said=said), hint)


def _migrate(copy: str | None) -> None:
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError:
        raise
    except DatabaseError as error:
        raise EnvironmentFault(
            N_("la base n'a pas pu être mise à jour : {error}").format(error=str(error).strip().splitlines()[0]),
            N_("ce qui y était est dans {copy}").format(copy=copy)
            if copy
            else N_("gardez ce dossier et montrez ce message"),
        ) from error


def _copy(data: Path, last: str) -> str:
    now = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if connection.vendor == "postgresql":
        return _copy_schema(f"recond_before_{now.replace('-', '_')}")
    folder = data / "before-upgrade"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{now}-{last}.sqlite3"
    draft = target.with_suffix(".partial")
    try:
        with closing(sqlite3.connect(data / "recond.sqlite3")) as source, closing(sqlite3.connect(draft)) as copy:
            source.backup(copy)
        draft.chmod(0o600)
        draft.replace(target)
    except (sqlite3.Error, OSError) as error:
        draft.unlink(missing_ok=True)
        raise EnvironmentFault(
            N_("la copie d'avant la mise à jour ne s'écrit pas : {error}").format(error=error),
            N_("faites de la place ; rien n'a été changé"),
        ) from error
    for old in sorted(folder.glob("*.sqlite3"))[:-KEPT]:
        old.unlink()
    return str(target)


def _copy_schema(name: str) -> str:
    """Copy every table of ours into a new schema of the same database; the copy before that one is removed."""
    quote = connection.ops.quote_name
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'recond_before_%%'")
            older = [row[0] for row in cursor.fetchall()]
            cursor.execute("BEGIN")
            cursor.execute(f"CREATE SCHEMA {quote(name)}")
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"CREATE TABLE {quote(name)}.{quote(table)} AS TABLE {quote(table)}")
            for old in older:
                cursor.execute(f"DROP SCHEMA {quote(old)} CASCADE")
            cursor.execute("COMMIT")
    except DatabaseError as error:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
        raise EnvironmentFault(
            N_("la copie d'avant la mise à jour ne se fait pas : {error}").format(
                error=str(error).strip().splitlines()[0]
            ),
            N_("donnez à ce compte le droit CREATE sur la base, et de la place ; rien n'a été changé"),
        ) from error
    return f"le schéma {name} de la base"
