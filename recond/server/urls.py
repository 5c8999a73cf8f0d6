"""Addresses. /M/TAG is upper case because QR codes pack upper case more tightly (see core.labeldata.qr_text)."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from recond.server import api, pages

urlpatterns = [
    path("", pages.machines, name="machines"),
    path("machines/<str:uid>/", pages.machine, name="machine"),
    path("pieces/<str:sha256>", pages.piece, name="piece"),
    path("M/<str:tag>", pages.by_tag, name="by-tag"),
    path("connexion/", LoginView.as_view(template_name="recond/login.html"), name="login"),
    path("deconnexion/", LogoutView.as_view(next_page="/"), name="logout"),
    path("api/v1/health", api.health),
    path("api/v1/events", api.events),
    path("api/v1/blobs/<str:sha256>", api.blob),
    path("api/v1/enrol", api.enrol),
    path("api/v1/certificates", api.certificate),
    path("api/v1/machines/lookup", api.lookup),
]
