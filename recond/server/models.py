"""The server's tables. Events are the truth and are only ever added; a card is their projection and can be rebuilt."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from recond.core.sentence import read


class TextsDecoder(json.JSONDecoder):
    """Reads the texts of records as Words (`core.sentence`), whatever reads a card."""

    def __init__(self) -> None:
        super().__init__(object_hook=read)


class CardField(models.JSONField):
    """What is kept of a card. To the database it is any JSON: how it is read is no business of the migrations."""

    def __init__(self, **options: Any) -> None:
        super().__init__(decoder=TextsDecoder, **options)

    def deconstruct(self) -> Any:
        """See Django."""
        name, _path, args, options = super().deconstruct()
        del options["decoder"]
        return name, "django.db.models.JSONField", args, options


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
    """One machine as its events tell it (`recond.core.projection`).

    All columns but `uid` and `body` are drawn from the body, the lot and the moves by `cards.rebuild`, so that a list, a
    queue or a figure of 100,000 machines is read from an index and never from the bodies. `place`: where the machine is,
    by its own last move, else its lot's. `ready`: it may leave now; `rank` orders grades, the best first. `month`: when
    it was seen last, in local time. `tile`: what lists show of it (`shown.Tile`).
    `made_by`: the rules (`cards.RULES`) that made it.
    """

    uid = models.CharField(max_length=36, primary_key=True)
    tag = models.CharField(max_length=40, blank=True, db_index=True)
    lot = models.CharField(max_length=60, blank=True)
    model = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20)
    word = models.CharField(max_length=60, blank=True, default="")
    colour = models.CharField(max_length=8, blank=True, default="")
    grade = models.CharField(max_length=20, blank=True, default="")
    sorting = models.CharField(max_length=20, blank=True, default="")
    locked = models.BooleanField(default=False)
    ready = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField(default=9)
    laptop = models.BooleanField(default=False)
    ram_mib = models.PositiveIntegerField(default=0)
    place = models.ForeignKey("recond.Place", on_delete=models.SET_NULL, null=True, db_index=False)
    month = models.CharField(max_length=7, blank=True, default="")
    made_by = models.PositiveSmallIntegerField(default=0, db_index=True)
    seen_at = models.DateTimeField(auto_now=True)
    tile = CardField(default=dict)
    body = CardField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-seen_at", "uid"], name="card_seen"),
            models.Index(fields=["lot", "tag"], name="card_of_lot"),
            models.Index(fields=["place", "-seen_at", "uid"], name="card_of_place"),
            models.Index(fields=["place", "lot"], name="card_place_lot"),
            models.Index(fields=["place", "tag"], name="card_place_tag"),
            models.Index(fields=["colour", "seen_at"], name="card_colour"),
            models.Index(fields=["place", "colour", "seen_at"], name="card_place_colour"),
            models.Index(fields=["sorting", "seen_at"], name="card_sorting"),
            models.Index(fields=["place", "sorting", "seen_at"], name="card_place_sorting"),
            models.Index(fields=["seen_at"], name="card_locked", condition=models.Q(locked=True)),
            models.Index(fields=["place", "seen_at"], name="card_place_locked", condition=models.Q(locked=True)),
            models.Index(
                fields=["rank", "ram_mib", "tag", "laptop"], name="card_ready", condition=models.Q(ready=True)
            ),
            models.Index(
                fields=["place", "rank", "ram_mib", "tag", "laptop"],
                name="card_place_ready",
                condition=models.Q(ready=True),
            ),
            models.Index(fields=["word", "colour", "place"], name="card_word"),
            models.Index(fields=["grade", "place"], name="card_grade"),
            models.Index(fields=["month", "place"], name="card_month"),
            models.Index(fields=["lot", "word", "sorting", "place"], name="card_outcome"),
        ]


class Stale(models.Model):
    """A note that events of this machine and run came and its card does not tell them yet (`recond.server.freshen`)."""

    uid = models.CharField(max_length=36)
    run = models.CharField(max_length=36)


class Twice(models.Model):
    """A tag that two machines bore once: where to look for those that do, instead of at all tags (`cards.doubled`)."""

    tag = models.CharField(max_length=40, primary_key=True)


class Words(models.Model):
    """What a machine is searched by, in a narrow table: looking through all of it is quick on any database."""

    card = models.OneToOneField(Card, on_delete=models.CASCADE, primary_key=True)
    text = models.TextField()


class Print(models.Model):
    """A good fingerprint of a machine's last audit (`recond.core.identity`)."""

    uid = models.CharField(max_length=36, db_index=True)
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=120)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["value", "kind"], name="print_value")]


class Pair(models.Model):
    """Two cards that may be one machine: a person says. `one` < `other`; `score`: equal good fingerprints."""

    class Said(models.TextChoices):
        """What a person said."""

        OPEN = "open", _("à dire")
        SAME = "same", _("la même")
        TWO = "two", _("deux machines")

    one = models.CharField(max_length=36)
    other = models.CharField(max_length=36, db_index=True)
    score = models.PositiveSmallIntegerField(default=0)
    said = models.CharField(max_length=4, choices=Said.choices, default=Said.OPEN, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["one", "other"], name="pair_once")]


class Reassigned(models.Model):
    """Events that a person gave to another machine's card: all of `uid`, or (`run`) those of one run. Undone by removal.

    `event`: the identity.merge or identity.split that says so, with who and when.
    """

    uid = models.CharField(max_length=36)
    run = models.CharField(max_length=36, blank=True)
    into = models.CharField(max_length=36, db_index=True)
    event = models.CharField(max_length=36, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["uid", "run"], name="reassigned_once")]


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
from recond.server.ledger import Announced, Awaited, Passcode  # noqa: E402
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
    "Announced",
    "Awaited",
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
    "Pair",
    "Passcode",
    "Place",
    "Print",
    "Reassigned",
    "Stale",
    "Stick",
    "Whereabouts",
    "Words",
    "Workshop",
]
