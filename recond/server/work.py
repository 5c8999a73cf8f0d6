"""The tables of the workshop's own life: places, lots, needs, hand-overs, who did what. Only people write here, on the
pages; names of beneficiaries stay here and never reach a stick or an event."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Place(models.Model):
    """One place of the chain: it collects, reconditions, lends, or helps."""

    class Kind(models.TextChoices):
        """What is done there."""

        COLLECT = "collect", "point de collecte"
        WORKSHOP = "workshop", "atelier"
        LENDING = "lending", "lieu de prêt ou de don"
        HELP = "help", "lieu d'aide"

    name = models.CharField("nom", max_length=80, unique=True)
    kind = models.CharField("rôle", max_length=10, choices=Kind.choices, default=Kind.WORKSHOP)
    address = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=10, blank=True)
    hours = models.CharField("horaires", max_length=200, blank=True)
    contact = models.CharField("téléphone, courriel", max_length=200, blank=True)
    helps = models.BooleanField("on y aide les personnes équipées", default=False)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Workshop(models.Model):
    """What is printed on papers: one row. `internet_offer`: the solidarity connection proposed with a machine."""

    name = models.CharField("nom de l'association", max_length=120, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    contact = models.CharField("téléphone, courriel", max_length=200, blank=True)
    signatory = models.CharField("qui signe", max_length=120, blank=True)
    internet_offer = models.CharField("offre internet solidaire", max_length=300, blank=True)


class Member(models.Model):
    """What an account has beside its name: the place it belongs to (None = the coordination, which sees all)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True, blank=True, verbose_name="lieu")


class Lot(models.Model):
    """Machines given together. `name` is what events carry."""

    name = models.CharField("nom du lot", max_length=60, unique=True)
    donor = models.CharField("donateur", max_length=120, blank=True)
    received_on = models.DateField("reçu le", null=True, blank=True)
    expected = models.PositiveIntegerField("machines annoncées", null=True, blank=True)
    weight_kg = models.DecimalField("poids (kg)", max_digits=8, decimal_places=1, null=True, blank=True)
    place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True, blank=True, verbose_name="lieu")
    note = models.TextField("remarque", blank=True)

    def __str__(self) -> str:
        return self.name


class Whereabouts(models.Model):
    """Where a machine is now; without a row it is where its lot is."""

    uid = models.CharField(max_length=36, primary_key=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT)


class Move(models.Model):
    """A machine, or a whole lot, that went from one place to another."""

    uid = models.CharField(max_length=36, blank=True, db_index=True)
    lot = models.CharField(max_length=60, blank=True, db_index=True)
    source = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, related_name="+")
    target = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.CharField(max_length=150)


class Need(models.Model):
    """So many machines of a kind that somebody asks for. `place`: who answers it; None = any place may."""

    class Kind(models.TextChoices):
        """Who asks."""

        FAMILY = "family", "famille"
        SCHOOL = "school", "école"
        ASSOCIATION = "association", "association"

    class Chassis(models.TextChoices):
        """What they can use."""

        ANY = "any", "peu importe"
        LAPTOP = "laptop", "portable"
        DESKTOP = "desktop", "fixe"

    asker = models.CharField("demandeur", max_length=120)
    kind = models.CharField("qui", max_length=12, choices=Kind.choices, default=Kind.FAMILY)
    contact = models.CharField("contact", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=10, blank=True)
    count = models.PositiveIntegerField("nombre de machines", default=1)
    chassis = models.CharField("type", max_length=8, choices=Chassis.choices, default=Chassis.ANY)
    min_ram_gib = models.PositiveIntegerField("mémoire au moins (Go)", default=4)
    note = models.TextField("remarque", blank=True)
    place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True, blank=True, verbose_name="lieu qui répond")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.asker} ({self.count})"


class Handover(models.Model):
    """A machine lent or given, and back again when it was lent."""

    class Kind(models.TextChoices):
        """On what terms."""

        LOAN = "loan", "prêt"
        GIFT = "gift", "don"

    uid = models.CharField(max_length=36, db_index=True)
    tag = models.CharField(max_length=40, blank=True)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, null=True, blank=True)
    kind = models.CharField("forme", max_length=4, choices=Kind.choices, default=Kind.GIFT)
    beneficiary = models.CharField("remise à", max_length=120)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, verbose_name="lieu de remise")
    at = models.DateField("le")
    due_on = models.DateField("à rendre le", null=True, blank=True)
    returned_on = models.DateField("rendue le", null=True, blank=True)
    by = models.CharField(max_length=150)


class Action(models.Model):
    """What a person did on the pages; only ever added."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.CharField(max_length=150)
    what = models.CharField(max_length=60)
    target = models.CharField(max_length=120)
    detail = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
