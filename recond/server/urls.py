"""Addresses. /M/TAG is upper case because QR codes pack upper case more tightly (see core.labeldata.qr_text)."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from recond.server import (
    api,
    language,
    pages,
    pages_export,
    pages_figures,
    pages_handovers,
    pages_house,
    pages_identity,
    pages_import,
    pages_lots,
    pages_needs,
    pages_papers,
    pages_people,
    pages_status,
)
from recond.server.login import PatientLogin


class LotName(StringConverter):
    """A lot's name within an address: sticks may send "/" or ".." in it, which a path would take as its own.

    The marks are those of JSON pointers (RFC 6901, section 3): ~0 for "~", ~1 for "/"; and ~2 for a dot.
    """

    def to_python(self, value: str) -> str:
        return value.replace("~2", ".").replace("~1", "/").replace("~0", "~")

    def to_url(self, value: str) -> str:
        return value.replace("~", "~0").replace("/", "~1").replace(".", "~2")


register_converter(LotName, "lot")

urlpatterns = [
    path("", pages.machines, name="machines"),
    path("machines/<str:uid>/", pages.machine, name="machine"),
    path("pieces/<str:sha256>", pages.piece, name="piece"),
    path("M/<str:tag>", pages.by_tag, name="by-tag"),
    path("machines/<str:uid>/deplacer", pages_lots.move_machine, name="move-machine"),
    path("machines/<str:uid>/etiquette.<str:kind>", pages_papers.label, name="machine-label"),
    path("machines/<str:uid>/remettre", pages_needs.hand_over, name="hand-over"),
    path("lots/", pages_lots.lots, name="lots"),
    path("lots/nouveau", pages_lots.edit, name="lot-new"),
    path("lots/<lot:name>/", pages_lots.lot, name="lot"),
    path("lots/<lot:name>/grille", pages_lots.fragment, name="lot-grid"),
    path("lots/<lot:name>/modifier", pages_lots.edit, name="lot-edit"),
    path("lots/<lot:name>/rapport-donateur.pdf", pages_papers.donor_report, name="lot-donor-report"),
    path("lots/<lot:name>/rapport-effacement.pdf", pages_papers.erasure_report, name="lot-erasure-report"),
    path("lots/<lot:name>/deplacer", pages_lots.move_lot, name="lot-move"),
    path("a-traiter/", pages_lots.queues, name="queues"),
    path("a-traiter/doubles/", pages_identity.doubles, name="doubles"),
    path("a-traiter/doubles/<int:pk>", pages_identity.answer, name="double-answer"),
    path("machines/<str:uid>/identite", pages_identity.card, name="identity"),
    path("identite/<str:event_id>/annuler", pages_identity.undo, name="identity-undo"),
    path("besoins/", pages_needs.needs_list, name="needs"),
    path("besoins/nouveau", pages_needs.edit, name="need-new"),
    path("besoins/<int:pk>/", pages_needs.need, name="need"),
    path("besoins/<int:pk>/modifier", pages_needs.edit, name="need-edit"),
    path("besoins/<int:pk>/fermer", pages_needs.close, name="need-close"),
    path("remises/<int:pk>/", pages_needs.handover, name="handover"),
    path("remises/<int:pk>/convention.pdf", pages_papers.convention, name="handover-convention"),
    path("remises/<int:pk>/aide.pdf", pages_papers.sheet, name="handover-sheet"),
    path("lieux/", pages_house.places, name="places"),
    path("lieux/nouveau", pages_house.place, name="place-new"),
    path("lieux/association", pages_house.workshop, name="workshop"),
    path("lieux/<int:pk>/modifier", pages_house.place, name="place-edit"),
    path("cles/", pages_house.sticks, name="sticks"),
    path("cles/<int:pk>/retirer", pages_house.revoke, name="stick-revoke"),
    path("personnes/", pages_people.people, name="people"),
    path("personnes/<int:pk>/", pages_people.edit, name="person"),
    path("personnes/<int:pk>/code", pages_people.code, name="person-code"),
    path("personnes/<int:pk>/fermer", pages_people.shut, name="person-shut"),
    path("journal/", pages_people.journal, name="journal"),
    path("connexion/premier", pages_people.first, name="first-password"),
    path("etat/", pages_status.page, name="status"),
    path("etat/pieces", pages_status.pieces, name="status-pieces"),
    path("etat/sauvegarde", pages_status.backup, name="status-backup"),
    path("importer/", pages_import.parcel, name="import"),
    path("importer/recu/<str:name>", pages_import.receipt, name="receipt"),
    path("lots/<lot:name>/liste-du-donateur", pages_import.announce, name="announce"),
    path("lots/<lot:name>/annoncees", pages_import.announced, name="announced"),
    path("remises/", pages_handovers.page, name="handovers"),
    path("remises/registre.pdf", pages_handovers.register, name="handovers-register"),
    path("exporter/", pages_export.page, name="exports"),
    path("exporter/<str:key>", pages_export.export, name="export"),
    path("chiffres/machines.csv", pages_export.machines_csv, name="machines-csv"),
    path("chiffres/", pages_figures.page, name="figures"),
    path("connexion/", PatientLogin.as_view(), name="login"),
    path("deconnexion/", LogoutView.as_view(next_page="/"), name="logout"),
    path("langue/", language.choose, name="language"),
    path("healthz", pages_status.healthz),
    path("api/v1/health", api.health),
    path("api/v1/events", api.events),
    path("api/v1/blobs/<str:sha256>", api.blob),
    path("api/v1/enrol", api.enrol),
    path("api/v1/certificates", api.certificate),
    path("api/v1/machines/lookup", api.lookup),
    path("api/v1/lots", api.lots),
]

handler500 = "recond.server.protect.failed"
