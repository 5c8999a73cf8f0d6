"""Many rows in one statement, for intake: the way that costs each database and Python least.

PostgreSQL is handed all rows as one JSON text and unpacks it itself (Django's own way, an array a column, is quoted value
by value in Python). SQLite takes rows of values, in its own process.
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


@dataclass(frozen=True, slots=True)
class Table:
    """A table as rows are put into it. `columns`: name and PostgreSQL's type; `conflict`: what follows ON CONFLICT, if anything."""

    name: str
    columns: tuple[tuple[str, str], ...]
    conflict: str = ""

    @property
    def head(self) -> str:
        """Return the beginning of the statement."""
        return f"INSERT INTO {self.name} ({', '.join(name for name, _ in self.columns)})"

    @property
    def tail(self) -> str:
        """Return its end: what to do with rows that are there, and the first column of each row that was written."""
        conflict = f" ON CONFLICT {self.conflict}" if self.conflict else ""
        return f"{conflict} RETURNING {self.columns[0][0]}"


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
    names = [name for name, _ in table.columns]
    given = json.dumps([dict(zip(names, row, strict=True)) for row in rows], ensure_ascii=False, default=_told)
    types = ", ".join(f"{name} {kind}" for name, kind in table.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{table.head} SELECT {', '.join(names)} FROM json_to_recordset(%s::json) AS given({types}) {table.tail}",
            [given],
        )
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
            cursor.execute(f"{table.head} VALUES {', '.join([marks] * len(part))} {table.tail}", values)
            found += [row[0] for row in cursor.fetchall()]
    return found


def _plain(value: Any, kind: str) -> Any:
    if kind == "jsonb":
        return json.dumps(value)
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
