"""Many rows in one statement, for intake: the way that costs each database and Python least.

PostgreSQL is handed each column as one text, its values joined by a character that none of them has, and takes it apart
itself: measured cheaper, for it and for Python, than rows of values, arrays, JSON or COPY into a table on the side. SQLite
takes rows of values, in its own process.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

VALUES: Final = 8000
"""Parameters of one statement of SQLite, which takes 32,766 at most (SQLITE_MAX_VARIABLE_NUMBER)."""

END, NULL = "\x1e", "\x1d"
"""What ends a value, and what stands for none: separators of records and groups in ASCII, which no text has on purpose."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as rows are put into it. `columns`: name and PostgreSQL's type; `conflict`: what follows ON CONFLICT, if anything.

    `also`: on PostgreSQL, columns of the new rows and what is done with these (`new`) in the same statement.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    conflict: str = ""
    also: tuple[str, str] | None = None

    def statement(self, source: str, *, alone: bool = False) -> str:
        """Return the statement that adds the rows of `source` and gives the first column of each that was written.

        `alone`: without what is `also` done.
        """
        names, first = ", ".join(name for name, _ in self.columns), self.columns[0][0]
        conflict = f" ON CONFLICT {self.conflict}" if self.conflict else ""
        added = f"INSERT INTO {self.name} ({names}) {source}{conflict} RETURNING"
        if self.also is None or alone:
            return f"{added} {first}"
        return f"WITH new AS ({added} {self.also[0]}), also AS ({self.also[1]}) SELECT {first} FROM new"


def replacing(key: str, names: Sequence[str]) -> str:
    """Return the conflict clause by which a row that is there takes the new values."""
    return f"({key}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}"


def put(table: Table, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Write rows, in this order and within the caller's transaction; returns the first column of those that were written.

    Values are texts, numbers, truths, None, aware times, and for a column of type jsonb whatever JSON knows.
    """
    if not rows:
        return []
    return _postgresql(table, rows) if connection.vendor == "postgresql" else _sqlite(table, rows)


def _postgresql(table: Table, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    columns = [_joined(values, kind) for values, (_, kind) in zip(zip(*rows, strict=True), table.columns, strict=True)]
    if any(one is None for one in columns):
        return _by_json(table, rows)
    names = ", ".join(name for name, _ in table.columns)
    taken = ", ".join(
        f"string_to_array(%s, '{END}', '{NULL}'){'' if kind == 'text' else f'::{kind}[]'}" for _, kind in table.columns
    )
    import psycopg

    connection.ensure_connection()
    # Not Django's own cursor, which quotes every value into the statement: these are sent beside it.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(table.statement(f"SELECT * FROM unnest({taken}) AS given({names})"), columns)
        return [row[0] for row in cursor.fetchall()]


def _joined(values: Sequence[Any], kind: str) -> str | None:
    """Return the values of a column as one text; None when it could not be taken apart again."""
    told = json.dumps if kind == "jsonb" else _text
    text = END.join([value if type(value) is str and kind != "jsonb" else told(value) for value in values])
    # Of one empty text nothing would be left.
    whole = text and text.count(END) == len(values) - 1 and text.count(NULL) == values.count(None)
    return text if whole else None


def _text(value: Any) -> str:
    return NULL if value is None else value.isoformat() if isinstance(value, datetime) else str(value)


def _by_json(table: Table, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    names = [name for name, _ in table.columns]
    given = json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False, default=_told)
    types = ", ".join(f"{name} {kind}" for name, kind in table.columns)
    with connection.cursor() as cursor:
        source = f"SELECT {', '.join(names)} FROM json_to_recordset(%s::json) AS given({types})"
        cursor.execute(table.statement(source), [given])
        return [row[0] for row in cursor.fetchall()]


def _told(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"not a value of a row: {type(value).__name__}")


def _sqlite(table: Table, rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    kinds = [kind for _, kind in table.columns]
    marks = f"({', '.join(['%s'] * len(kinds))})"
    most = VALUES // len(kinds)
    found: list[Any] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), most):
            part = rows[start : start + most]
            values = [_plain(value, kind) for row in part for value, kind in zip(row, kinds, strict=True)]
            cursor.execute(table.statement(f"VALUES {', '.join([marks] * len(part))}", alone=True), values)
            found += [row[0] for row in cursor.fetchall()]
    return found


def _plain(value: Any, kind: str) -> Any:
    if kind == "jsonb":
        return json.dumps(value)
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
