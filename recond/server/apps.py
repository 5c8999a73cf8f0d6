"""The one Django application of the server."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class ServerConfig(AppConfig):
    """recond's tables, pages and API."""

    name = "recond.server"
    label = "recond"
    verbose_name = "recond"

    def ready(self) -> None:
        """Have every card follow its lot and its own moves, whichever page moves them."""
        from recond.server.work import Lot, Whereabouts

        for model, follow in ((Lot, _lot), (Whereabouts, _machine)):
            for signal in (post_save, post_delete):
                signal.connect(follow, sender=model, dispatch_uid=f"place-{model.__name__}-{id(signal)}")


def _lot(instance: Any, raw: bool = False, **_: object) -> None:
    from recond.server import cards
    from recond.server.models import Card

    if not raw:  # A restoration brings its cards itself.
        cards.settle(Card.objects.filter(lot=instance.name))


def _machine(instance: Any, raw: bool = False, **_: object) -> None:
    from recond.server import cards
    from recond.server.models import Card

    if not raw:
        cards.settle(Card.objects.filter(pk=instance.pk or instance.uid))
