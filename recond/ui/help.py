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
        _(" 4. Attendez le grand mot de la fin, collez l'étiquette ([I] pour l'imprimer encore), [X] pour éteindre."),
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
    "lot-start": (
        _(" AIDE - la clé qui commence d'elle-même"),
        "",
        _(
            " - Le menu : sur chaque PC, quelqu'un tape [R]. C'est le choix sûr : une clé oubliée sur un PC n'y fait rien."
        ),
        _(
            " - D'elle-même : chaque PC démarré sur cette clé est effacé sans qu'on y touche, dix secondes après le plan, "
            "puis éteint. Pour une table de PC qui sont tous à effacer, et tant que le lot est ouvert."
        ),
        "",
        _(" Ctrl-C pendant les dix secondes arrête tout. Fermer le lot ([L], T) y met fin."),
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
        _(" [I], après une machine : son code QR à l'écran, et ce qu'il faut écrire, quand rien ne s'imprime."),
        _(" Entrée seule revient au menu."),
    ),
    "plan": (
        _(" AIDE - le plan"),
        "",
        _(
            " Le plan nomme chaque disque qui va être effacé : modèle, numéro de série, taille, ce qu'il contient, et la "
            "méthode. Comparez avec l'objet devant vous."
        ),
        "",
        _(" - Tout est à effacer : tapez DETRUIRE, en entier, puis Entrée."),
        _(" - Un disque n'a rien à faire là, ou vous n'êtes pas sûr : Entrée seule. Rien n'est fait."),
        _(" - PROTEGE : ce disque ne sera pas touché ; la ligne dit pourquoi."),
        _(" - [ATT.] : ce qui a été demandé ne peut pas l'être sur ce disque ; la ligne dit ce qui sera fait."),
        "",
        _(" Après le mot, plus rien ne se récupère. Trois mots faux : recond revient en arrière sans rien faire."),
    ),
    "which": (
        _(" AIDE - quelle machine est-ce ?"),
        "",
        _(" Ce PC ressemble à plusieurs fiches déjà faites : des PC du même modèle, sans numéro de série utilisable."),
        "",
        _(" - Cherchez l'étiquette collée sur le PC, et tapez la lettre de la même étiquette dans la liste."),
        _(" - Pas d'étiquette, ou vous ne savez pas : Entrée seule. recond fait une nouvelle fiche et note le doute."),
    ),
    "tests": (
        _(" AIDE - les essais"),
        "",
        _(" recond montre ou joue quelque chose, et demande ce que vous avez vu, entendu ou senti. Rien n'est effacé."),
        "",
        _(" - Tapez la lettre de votre réponse, puis Entrée."),
        _(" - P : passer ce test. Il reste « pas fait », jamais « réussi »."),
        _(" - Vous n'avez pas bien vu : P, puis refaites l'essai par le menu, [E]."),
        _(" - Ctrl-C : arrêter là ; les réponses déjà données sont gardées."),
    ),
    "station": (
        _(" AIDE - la station"),
        "",
        _(
            " Branchez un disque : recond l'examine, montre son plan, et demande le mot. Les disques déjà branchés au "
            "départ ne sont jamais proposés."
        ),
        "",
        _(" - DETRUIRE puis Entrée : ce disque-là, et lui seul, est effacé. Les autres continuent pendant ce temps."),
        _(" - Entrée seule : ce disque n'est pas touché. Débranchez-le."),
        "",
        _(" RETIREZ-LE : il est fini et arrêté. EFFACE : étiquette verte. NON EFFACE : étiquette ROUGE."),
        _(" Ctrl-C : finir. Un effacement en cours est alors interrompu, et son disque NON EFFACE."),
    ),
    "papers": (
        _(" AIDE - étiquettes et feuilles"),
        "",
        _(" - R imprime de nouveau les étiquettes qui ne sont pas sorties, quand l'imprimante est prête."),
        _(" - I imprime l'étiquette d'une machine : scannez ou tapez la sienne ; Entrée seule prend la dernière."),
        _(" - C montre son code carré à l'écran, et ce qu'il faut écrire à la main : pour un atelier sans imprimante."),
        _(" - F refait ses feuilles A4 : la fiche, et la feuille de bienvenue d'une machine PRET."),
        "",
        _(
            " Sans imprimante, l'étiquette reste une image sur la clé. Écrivez alors sur un ruban l'étiquette de la "
            "machine et le grand mot."
        ),
    ),
    "came-out": (
        _(" AIDE - l'étiquette est-elle sortie ?"),
        "",
        _(" Cette imprimante ne sait pas le dire elle-même : regardez-la."),
        "",
        _(" - O : l'étiquette est sortie, entière, et ses lettres se lisent."),
        _(" - N : rien n'est sorti, ou elle est coupée. Elle attend alors, et s'imprime de nouveau par [I]."),
    ),
    "install": (
        _(" AIDE - installer un système"),
        "",
        _(
            " La liste dit de chaque système s'il convient à ce PC. Votre choix l'emporte : un système qui ne convient pas "
            "s'installe quand même, et risque d'être lent ou de ne pas démarrer."
        ),
        "",
        _(
            " - Le retenir : le PC n'est pas encore effacé. [R] fait ensuite tout : audit, effacement prouvé, "
            "installation de ce système."
        ),
        _(
            " - L'installer seul : le disque est déjà effacé, il manque le système. Il est installé tout de suite, après "
            "le mot DETRUIRE ; ce n'est pas un effacement prouvé."
        ),
    ),
    "server": (
        _(" AIDE - connecter la clé au serveur de l'atelier"),
        "",
        _(" Le serveur garde les fiches de toutes les clés. Sans lui, elles restent sur la clé : rien n'est perdu."),
        "",
        _(" La personne qui coordonne vous donne deux choses, valables un quart d'heure :"),
        _(" - une adresse, par exemple https://192.168.1.10:8017"),
        _(" - un code, à taper comme il est écrit, tirets compris ou non."),
        "",
        _(" Le câble réseau est branché ? Une adresse sans code : le même serveur, qui a changé d'adresse."),
    ),
    "leaving": (
        _(" AIDE - avant d'éteindre un PC démarré par le réseau"),
        "",
        _(" Ce PC n'a pas de clé : sa fiche n'est que dans sa mémoire, et se perd si on l'éteint maintenant."),
        "",
        _(" - Entrée : essayer encore de l'envoyer. Vérifiez d'abord le câble, et que le serveur est allumé."),
        _(" - R : revenir au menu sans éteindre."),
        _(" - PERDRE, en entier, puis Entrée : éteindre ; la fiche est perdue et le PC est à refaire."),
    ),
    "stick": (
        _(" AIDE - écrire une clé"),
        "",
        _(" - Le numéro devant chaque clé dit laquelle ; Entrée seule : aucune."),
        _(" - Le mot demandé dit ce qui va se passer. Tout autre mot, ou Entrée seule : rien n'est écrit."),
        "",
        _(" Une clé mise à jour garde ses fiches, ses certificats et son enrôlement ; une clé écrite les perd."),
    ),
}
