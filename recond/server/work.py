"""The tables of the workshop's own life: places, lots, needs, hand-overs, who did what. Only people write here, on the
pages; names of beneficiaries stay here and never reach a stick or an event."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Place(models.Model):
    """One place of the chain: it collects, reconditions, lends, or helps."""

    class Kind(models.TextChoices):
        """What is done there."""

        COLLECT = "collect", _("point de collecte")
        WORKSHOP = "workshop", _("atelier")
        LENDING = "lending", _("lieu de prêt ou de don")
        HELP = "help", _("lieu d'aide")

    name = models.CharField(_("nom"), max_length=80, unique=True)
    kind = models.CharField(_("rôle"), max_length=10, choices=Kind.choices, default=Kind.WORKSHOP)
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    postcode = models.CharField(_("code postal"), max_length=10, blank=True)
    hours = models.CharField(_("horaires"), max_length=200, blank=True)
    contact = models.CharField(_("téléphone, courriel"), max_length=200, blank=True)
    helps = models.BooleanField(_("on y aide les personnes équipées"), default=False)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Workshop(models.Model):
    """What is printed on papers: one row. `internet_offer`: the solidarity connection proposed with a machine."""

    name = models.CharField(_("nom de l'association"), max_length=120, blank=True)
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    contact = models.CharField(_("téléphone, courriel"), max_length=200, blank=True)
    signatory = models.CharField(_("qui signe"), max_length=120, blank=True)
    internet_offer = models.CharField(_("offre internet solidaire"), max_length=300, blank=True)


class Member(models.Model):
    """What an account has beside its name: the place it belongs to (None = the coordination, which sees all)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("lieu"))


class Speaks(models.Model):
    """The language in which an account reads the pages."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    language = models.CharField(max_length=8)


class Lot(models.Model):
    """Machines given together. `name` is what events carry."""

    name = models.CharField(_("nom du lot"), max_length=60, unique=True)
    donor = models.CharField(_("donateur"), max_length=120, blank=True)
    received_on = models.DateField(_("reçu le"), null=True, blank=True)
    expected = models.PositiveIntegerField(_("machines annoncées"), null=True, blank=True)
    weight_kg = models.DecimalField(_("poids (kg)"), max_digits=8, decimal_places=1, null=True, blank=True)
    place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("lieu"))
    note = models.TextField(_("remarque"), blank=True)

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

        FAMILY = "family", _("famille")
        SCHOOL = "school", _("école")
        ASSOCIATION = "association", _("association")

    class Chassis(models.TextChoices):
        """What they can use."""

        ANY = "any", _("peu importe")
        LAPTOP = "laptop", _("portable")
        DESKTOP = "desktop", _("fixe")

    asker = models.CharField(_("demandeur"), max_length=120)
    kind = models.CharField(_("qui"), max_length=12, choices=Kind.choices, default=Kind.FAMILY)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    postcode = models.CharField(_("code postal"), max_length=10, blank=True)
    count = models.PositiveIntegerField(_("nombre de machines"), default=1)
    chassis = models.CharField(_("type"), max_length=8, choices=Chassis.choices, default=Chassis.ANY)
    min_ram_gib = models.PositiveIntegerField(_("mémoire au moins (Go)"), default=4)
    note = models.TextField(_("remarque"), blank=True)
    place = models.ForeignKey(
        Place, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("lieu qui répond")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.asker} ({self.count})"


class Handover(models.Model):
    """A machine lent or given, and back again when it was lent."""

    class Kind(models.TextChoices):
        """On what terms."""

        LOAN = "loan", _("prêt")
        GIFT = "gift", _("don")

    uid = models.CharField(max_length=36, db_index=True)
    tag = models.CharField(max_length=40, blank=True)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, null=True, blank=True)
    kind = models.CharField(_("forme"), max_length=4, choices=Kind.choices, default=Kind.GIFT)
    beneficiary = models.CharField(_("remise à"), max_length=120)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("lieu de remise"))
    at = models.DateField(_("le"))
    due_on = models.DateField(_("à rendre le"), null=True, blank=True)
    returned_on = models.DateField(_("rendue le"), null=True, blank=True)
    by = models.CharField(max_length=150)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at", "-id"], name="handover_newest")]


class Action(models.Model):
    """What a person did on the pages; only ever added."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.CharField(max_length=150)
    what = models.CharField(max_length=60)
    target = models.CharField(max_length=120)
    detail = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
