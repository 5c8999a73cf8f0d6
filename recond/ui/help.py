"""The help pages of the assistant: each fits a screen of 80x24, and says what a person does next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from recond.core.words import _

HELP: Final[Mapping[str, tuple[str, ...]]] = {
    "home": (
        _(" AIDE - l'accueil"),
        "",
        _(
            " recond regarde le PC, efface ses disques et les relit, installe un système libre, imprime l'étiquette et "
            "garde la fiche. [R] fait tout cela dans l'ordre."
        ),
        "",
        _(
            " 1. Ouvrez un lot une fois par arrivage : [L]. Il retient le donateur, vos initiales, le système à installer."
        ),
        _(" 2. Scannez l'étiquette du PC s'il en a une."),
        _(
            " 3. [R], Entrée. Relisez le plan : il nomme chaque disque. Rien ne s'efface sans le mot DETRUIRE, sauf si le "
            "lot a été armé ; il reste alors dix secondes pour arrêter (Ctrl-C)."
        ),
        _(" 4. Attendez le grand mot de la fin, collez l'étiquette, [X] pour éteindre."),
        "",
        _(" PRET        tout est fait et contrôlé : la machine peut partir."),
        _(" EFFACE      les disques sont effacés et relus ; il manque un système."),
        _(" NON EFFACE  étiquette ROUGE, à mettre de côté : des données y sont peut-être encore."),
        "",
        _(
            " La clé de démarrage n'est jamais effacée. Une coupure de courant ne perd rien : rallumez avec la clé, puis "
            "[R] reprend là où c'était."
        ),
    ),
    "tag": (
        _(" AIDE - l'étiquette de la machine"),
        "",
        _(" Chaque PC porte une étiquette, par exemple MDL-0042-2. Elle relie le PC à sa fiche."),
        "",
        _(" - Le PC en a déjà une : scannez-la (le code carré), ou tapez-la puis Entrée."),
        _(" - Il n'en a pas : Entrée seule. recond lui en donne une nouvelle, ou retrouve la sienne s'il l'a déjà vu."),
        _(" - Pour ne rien faire : tapez N puis Entrée."),
        "",
        _(
            " Le dernier chiffre contrôle les autres : une faute de frappe est refusée, et une étiquette qui est celle d'un "
            "autre PC aussi."
        ),
    ),
    "lots": (
        _(" AIDE - les lots"),
        "",
        _(" Un lot est un arrivage : les PC d'un même donateur. Ouvrez-le une fois ; chaque PC y prend sa place."),
        "",
        _(
            " Ce que le lot retient : le donateur (jamais sur une étiquette), vos initiales, combien de PC sont attendus, le "
            "niveau d'effacement, le système à installer."
        ),
        "",
        _(
            " Armer un lot, c'est dire oui d'avance : [R] efface alors sans demander le mot DETRUIRE, après dix secondes "
            "où le plan reste à l'écran. N'armez que si tous les PC que vous branchez sont à effacer."
        ),
        "",
        _(" Fermer un lot le désarme. Rien n'est perdu : ses fiches restent sur la clé."),
    ),
    "lot-arm": (
        _(" AIDE - armer un lot"),
        "",
        _(" Sans armement, le mot DETRUIRE est demandé pour chaque PC : c'est le choix sûr."),
        "",
        _(" Armé pour un PC : le prochain PC est effacé sans le mot, puis le lot se désarme."),
        _(" Armé pour tous : chaque PC où vous faites [R] est effacé sans le mot, jusqu'à la fermeture du lot."),
        "",
        _(" Dans tous les cas le plan est montré d'abord, dix secondes, et Ctrl-C arrête tout."),
    ),
    "end": (
        _(" AIDE - la machine est finie"),
        "",
        _(
            " Le grand mot dit l'état de la machine. PRET : collez l'étiquette, elle peut partir. Tout autre mot : lisez la "
            "ligne A FAIRE, elle dit quoi faire de l'objet que vous avez devant vous."
        ),
        "",
        _(" [X] éteint le PC ; attendez l'arrêt complet avant d'ôter la clé, et passez au suivant."),
        _(" Entrée seule revient au menu."),
    ),
}
