"""What schemathesis must be told of the API (for check-api): events go one a line, and many of them should be nearly right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import schemathesis

GOOD = (Path(__file__).resolve().parents[1] / "tests/server/events/recond.event-1.ndjson").read_text().splitlines()


@schemathesis.serializer("application/x-ndjson")
def ndjson(context: Any, value: Any) -> bytes:
    """Return a body: what was made up, a line each when it is a list."""
    if isinstance(value, bytes):
        return value
    lines = value if isinstance(value, list) else [value]
    return b"\n".join(
        one.encode("utf-8", "surrogatepass") if isinstance(one, str) else json.dumps(one).encode() for one in lines
    )


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Put something of a real event beside what was made up, so that more than the first check is reached."""
    if context.operation is None or context.operation.path != "/api/v1/events" or not isinstance(body, str):
        return body
    item = json.loads(GOOD[len(body) % len(GOOD)])
    keys = sorted(item)
    item[keys[sum(map(ord, body[:3])) % len(keys)]] = body
    try:
        return body + "\n" + json.dumps(item)
    except ValueError:
        return body
