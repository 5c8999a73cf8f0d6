"""Logging in, with patience: guesses at a password are made to wait longer and longer."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from recond.server import language

FREE = 5
"""Wrong passwords before the first wait; a person who hesitates needs three."""
FIRST_WAIT_S, LONGEST_WAIT_S = 30, 3600
FORGET_S = 24 * 3600


class PatientForm(AuthenticationForm):
    """Django's form, which refuses to look at a password while its account has to wait.

    The count is by account, not by address: behind a relay every visitor has the same one. It lives in memory, so a
    restart of the server forgets it.
    """

    def get_invalid_login_error(self) -> ValidationError:
        """Say it as it helps a volunteer."""
        return ValidationError(_("Nom ou mot de passe inconnu. Demandez à la personne responsable de l'atelier."))

    def clean(self) -> dict[str, Any]:
        """Check name and password. Raises ValidationError, which the page shows."""
        key = "login-" + hashlib.sha256(str(self.cleaned_data.get("username", "")).lower().encode()).hexdigest()
        failures, until = cache.get(key, (0, 0.0))
        now = timezone.now().timestamp()
        if now < until:
            raise ValidationError(
                _("Trop d'essais : attendez {seconds} secondes.").format(seconds=int(until - now) + 1), code="wait"
            )
        try:
            told = super().clean()
        except ValidationError:
            failures += 1
            wait = min(FIRST_WAIT_S * 2 ** (failures - FREE), LONGEST_WAIT_S) if failures >= FREE else 0
            cache.set(key, (failures, now + wait), FORGET_S)
            raise
        cache.delete(key)
        return told


class PatientLogin(LoginView):
    """The page to log in."""

    template_name = "recond/login.html"
    authentication_form = PatientForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let in, in the language that the person chose the last time."""
        answer = super().form_valid(form)
        language.recall(self.request, form.get_user())
        return answer
