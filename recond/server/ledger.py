"""Tables beside the workshop's own life: what a donor announced, attachments that are awaited, one-time codes of accounts."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Announced(models.Model):
    """One machine of a donor's own list: expected, before anybody saw it. `serial_key`: as fingerprints are compared."""

    lot = models.CharField(max_length=60)
    maker = models.CharField(max_length=80, blank=True)
    model = models.CharField(max_length=120, blank=True)
    serial = models.CharField(max_length=80, blank=True)
    serial_key = models.CharField(max_length=80, blank=True)
    asset = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["lot", "id"], name="announced_lot"),
            models.Index(fields=["serial_key"], name="announced_serial"),
        ]


class Awaited(models.Model):
    """An attachment that an event names and that never came: noted with the event, forgotten when it comes."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    event = models.CharField(max_length=36)
    uid = models.CharField(max_length=36)
    since = models.DateTimeField(auto_now_add=True)


class Passcode(models.Model):
    """A code with which an account's owner chooses the password, once. Kept as a hash, like a stick's."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    code_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
