"""The server's tables. Events are the truth and are only ever added; a card is their projection and can be rebuilt."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Stick(models.Model):
    """A stick that may append events. Its key is kept as a hash: a stolen database opens nothing.

    `public_key`: the one that signs its certificates, as it told first; "" = not told yet.
    """

    name = models.CharField(max_length=80)
    public_key = models.CharField(max_length=64, blank=True, default="")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class EnrolCode(models.Model):
    """A code with which one stick may enrol, once, for a quarter of an hour."""

    code_sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Event(models.Model):
    """One event as the stick wrote it. `body` is its canonical JSON; `sha256` tells a repeat from a conflict."""

    id = models.CharField(max_length=36, primary_key=True)
    type = models.CharField(max_length=40)
    run = models.CharField(max_length=36, db_index=True)
    seq = models.PositiveIntegerField()
    uid = models.CharField(max_length=36)
    tag = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64)
    body = models.TextField()
    stick = models.ForeignKey(Stick, on_delete=models.PROTECT, null=True)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["uid", "run", "seq"], name="event_of_machine")]


class Card(models.Model):
    """One machine as its events tell it (`recond.core.projection`)."""

    uid = models.CharField(max_length=36, primary_key=True)
    tag = models.CharField(max_length=40, blank=True, db_index=True)
    lot = models.CharField(max_length=60, blank=True, db_index=True)
    model = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20)
    search = models.TextField(blank=True)
    body = models.JSONField()
    seen_at = models.DateTimeField(auto_now=True, db_index=True)


class Blob(models.Model):
    """An attachment, kept as a file named by its hash."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size_bytes = models.PositiveBigIntegerField()
    received_at = models.DateTimeField(auto_now_add=True)


class Countersignature(models.Model):
    """This server's word for a certificate, given once. `certificate` is its hash, `body` the whole word."""

    certificate = models.CharField(max_length=64, primary_key=True)
    stick = models.ForeignKey(Stick, on_delete=models.PROTECT)
    received_at = models.DateTimeField(auto_now_add=True)
    body = models.JSONField()


# The workshop's own tables; Django finds an application's tables in this module only.
from recond.server.work import (  # noqa: E402
    Action,
    Handover,
    Lot,
    Member,
    Move,
    Need,
    Place,
    Whereabouts,
    Workshop,
)

__all__ = [
    "Action",
    "Blob",
    "Card",
    "Countersignature",
    "EnrolCode",
    "Event",
    "Handover",
    "Lot",
    "Member",
    "Move",
    "Need",
    "Place",
    "Stick",
    "Whereabouts",
    "Workshop",
]
