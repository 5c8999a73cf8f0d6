"""The one Django application of the server."""

from __future__ import annotations

from django.apps import AppConfig


class ServerConfig(AppConfig):
    """recond's tables, pages and API."""

    name = "recond.server"
    label = "recond"
    verbose_name = "recond"
