"""What people fill in on the pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recond.server.work import Handover, Lot, Need, Place, Workshop


class PlaceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A place of the chain."""

    class Meta:
        model = Place
        fields = ("name", "kind", "address", "postcode", "hours", "contact", "helps")


class WorkshopForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is printed on papers."""

    class Meta:
        model = Workshop
        fields = ("name", "address", "contact", "signatory", "internet_offer")


class LotForm(forms.ModelForm):  # type: ignore[type-arg]
    """A lot as it was announced."""

    class Meta:
        model = Lot
        fields = ("name", "donor", "received_on", "expected", "weight_kg", "place", "note")
        widgets: ClassVar = {
            "received_on": forms.DateInput(attrs={"type": "date"}),
            "note": forms.Textarea(attrs={"rows": 2}),
        }


class NeedForm(forms.ModelForm):  # type: ignore[type-arg]
    """So many machines of a kind."""

    class Meta:
        model = Need
        fields = ("asker", "kind", "contact", "postcode", "count", "chassis", "min_ram_gib", "place", "note")
        widgets: ClassVar = {"note": forms.Textarea(attrs={"rows": 2})}


class HandoverForm(forms.ModelForm):  # type: ignore[type-arg]
    """A machine that leaves."""

    class Meta:
        model = Handover
        fields = ("beneficiary", "kind", "at", "due_on", "place")
        widgets: ClassVar = {
            "at": forms.DateInput(attrs={"type": "date"}),
            "due_on": forms.DateInput(attrs={"type": "date"}),
        }

    def clean(self) -> dict[str, Any]:
        """A loan comes back some day, a gift does not."""
        told = super().clean() or {}
        due, at = told.get("due_on"), told.get("at")
        if told.get("kind") == Handover.Kind.GIFT and due:
            self.add_error("due_on", gettext("un don n'est pas à rendre : choisissez « prêt », ou ôtez cette date"))
        if due and at and due < at:
            self.add_error("due_on", gettext("cette date est avant la remise"))
        return told


class MoveForm(forms.Form):
    """Where a machine or a lot goes."""

    place = forms.ModelChoiceField(Place.objects.all(), label=_("déplacer vers"))


class ReturnForm(forms.Form):
    """A loan that comes back."""

    on = forms.DateField(label=_("rendue le"), widget=forms.DateInput(attrs={"type": "date"}))


class StickForm(forms.Form):
    """The name of a stick that will be enrolled."""

    name = forms.CharField(label=_("nom de la clé"), max_length=80)
