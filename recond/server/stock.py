"""What can leave the workshop, and for whom: the gate and the matching, from the cards alone."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from recond.core.destiny import blocking
from recond.core.labeldata import internal_verdicts
from recond.core.words import N_, joined
from recond.server import cards, identity, records
from recond.server.models import Card
from recond.server.work import Handover, Need

LOG = logging.getLogger(__name__)

MIB_A_GIB = 1024
KIND = "handover.recorded"


@dataclass(frozen=True, slots=True)
class Fit:
    """A machine for a need. `why`: in a few words, what it offers."""

    card: Card
    why: str


def out_now(uid: str) -> Handover | None:
    """Return the hand-over by which the machine is out, None when it is here."""
    return Handover.objects.filter(uid__in=identity.uids_of(uid), returned_on=None).order_by("-id").first()


def why_not_ready(card: Card) -> str | None:
    """Return why a machine may not leave, None when it may: its last record says ready, and its disks bear it out."""
    if held := held_back(card):
        return N_("elle n'est pas PRÊTE : {reasons}").format(reasons=joined("; ", held))
    if out_now(card.uid) is not None:
        return N_("elle est déjà remise")
    return None


def held_back(card: Card) -> tuple[str, ...]:
    """Return what has to be done before a machine is ready, by the rule of the label (`core.destiny`); nothing = it is."""
    body = card.body
    if not isinstance(body, Mapping):
        return (N_("sa fiche est illisible"),)
    if body.get("later"):
        return (N_("sa fiche a des événements d'un recond plus récent : mettez ce serveur à jour"),)
    try:
        held = blocking(body, internal_verdicts(body))
    except Exception as error:  # the payload is not ours
        LOG.warning("card of %s: %r", card.uid, error)
        return (N_("sa fiche est illisible"),)
    if body.get("ready") is True and not held:
        return ()
    return held or (N_("ses disques ne sont pas tous prouvés effacés, ou son système n'est pas vérifié"),)


def fits(need: Need, among: QuerySet[Card], first: int) -> tuple[list[Fit], int]:
    """Return the first ready machines that answer a need, and how many do: the best grade first, and of two the one that
    offers just enough."""
    rows = among.filter(ready=True, ram_mib__gte=_least_mib(need))
    if need.chassis != Need.Chassis.ANY:
        rows = rows.filter(laptop=need.chassis == Need.Chassis.LAPTOP)
    ordered = rows.filter(~_out()).order_by("rank", "ram_mib", "tag").defer("body")
    return [Fit(card, _offer(need, card)) for card in ordered[:first]], rows.count()


def misfits(need: Need, among: QuerySet[Card], first: int) -> list[Fit]:
    """Return the first ready machines that do not answer a need, each with why not. Those that do and these are all the
    ready ones: nobody counts them by these conditions, for which no index serves."""
    wrong = Q(ram_mib__lt=_least_mib(need))
    if need.chassis != Need.Chassis.ANY:
        wrong |= Q(laptop=need.chassis != Need.Chassis.LAPTOP)
    rows = among.filter(wrong, ready=True)
    ordered = rows.filter(~_out()).order_by("rank", "ram_mib", "tag").defer("body")
    return [Fit(card, " ; ".join(against(need, card))) for card in ordered[:first]]


def against(need: Need, card: Card) -> tuple[str, ...]:
    """Return what of a need a machine does not answer, ready or not; nothing = it answers all of it."""
    found = []
    if need.chassis == Need.Chassis.LAPTOP and not card.laptop:
        found.append(N_("ce n'est pas un portable, et un portable est demandé"))
    if need.chassis == Need.Chassis.DESKTOP and card.laptop:
        found.append(N_("c'est un portable, et un fixe est demandé"))
    if not card.ram_mib and need.min_ram_gib:
        found.append(N_("mémoire inconnue, et {gib} Go sont demandés").format(gib=need.min_ram_gib))
    elif card.ram_mib < _least_mib(need):
        has = round(card.ram_mib / MIB_A_GIB)
        found.append(N_("{gib} Go de mémoire, et {wanted} sont demandés").format(gib=has, wanted=need.min_ram_gib))
    return tuple(found)


def explain(need: Need, card: Card) -> tuple[str, ...]:
    """Return every reason for which this machine is not given for this need; nothing = it may be."""
    held = [N_("pas prête : {reason}").format(reason=one) for one in held_back(card)]
    out = () if held or out_now(card.uid) is None else (N_("elle est déjà remise"),)
    return (*held, *out, *against(need, card))


def _least_mib(need: Need) -> int:
    # The system sees a little less memory than the modules hold (video memory, firmware).
    return int(need.min_ram_gib * MIB_A_GIB * 0.9)


def _out() -> Exists:
    return Exists(Handover.objects.filter(uid=OuterRef("uid"), returned_on=None))


def _offer(need: Need, card: Card) -> str:
    kind = N_("portable") if card.laptop else N_("fixe")
    if need.chassis != Need.Chassis.ANY:
        kind = N_("{kind} comme demandé").format(kind=kind)
    told = {"kind": kind, "gib": round(card.ram_mib / MIB_A_GIB), "wanted": need.min_ram_gib}
    return N_("{kind}, {gib} Go pour {wanted} demandés, note {grade}").format(
        **told, grade=card.grade or N_("inconnue")
    )


def hand_over(card: Card, handover: Handover, by: str) -> None:
    """Record that a machine leaves. Raises ValueError, in French, when it may not."""
    with transaction.atomic():
        # Made anew here: an event that came a moment ago may say that it is not ready any more.
        cards.rebuild([card.uid])
        held = Card.objects.get(pk=card.uid)
        why = why_not_ready(held)
        if why is not None:
            raise ValueError(why)
        handover.uid, handover.tag, handover.by = held.uid, held.tag, by
        handover.save()
        records.add(held, KIND, {"action": "given", "kind": handover.kind, "place": _place(handover)}, by)


def take_back(handover: Handover, by: str) -> None:
    """Record that a loan came back: whoever had it used it, so it is to be done again before it leaves again."""
    with transaction.atomic():
        # Pressed twice, it came back once.
        held = Handover.objects.select_for_update().get(pk=handover.pk)
        if held.returned_on is not None:
            return
        handover.returned_on = handover.returned_on or timezone.localdate()
        handover.save()
        card = Card.objects.filter(pk=identity.card_of(handover.uid)).first()
        if card is not None:
            records.add(card, KIND, {"action": "returned", "kind": handover.kind, "place": _place(handover)}, by)


def _place(handover: Handover) -> str | None:
    return handover.place.name if handover.place else None
