"""The assistant's screen of the server: which one this stick sends its records to, and connecting it to one."""

from __future__ import annotations

from recond.cli.context import Context
from recond.cli.parts.running import run_words
from recond.core.words import _
from recond.ui.ask import Asker, clear
from recond.ui.console import WIDTH, safe, say


def server_screen(context: Context) -> None:
    """Say where the records go, ask for an address and a code, and connect. Raises RecondError."""
    from recond.sink.enrolment import read_enrolment

    asker, console = Asker(context.console), context.console
    clear(console)
    known = read_enrolment(context.data / "enrolment.json")

    def show() -> None:
        say(console, _(" SERVEUR DE L'ATELIER\n{rule}").format(rule="-" * min(WIDTH, console.width)))
        say(
            console,
            _(" Cette clé envoie ses fiches à {url}").format(url=safe(known.url))
            if known
            else _(" Cette clé n'est reliée à aucun serveur : ses fiches restent sur elle."),
            indent=" ",
        )

    show()
    asker.screen = show
    url = asker.line(_("\n Adresse du serveur (https://...), ou Entrée seule pour revenir > "), about="server")
    if not url:
        return
    question = (
        _(" Code donné par le serveur (Entrée seule : même serveur, nouvelle adresse) > ")
        if known
        else _(" Code donné par le serveur > ")
    )
    code = asker.line(question, about="server")
    if code is None or (not code and known is None):
        return
    plain: tuple[str, ...] = ()
    if url.lower().startswith("http://"):
        say(console, _(" http:// n'est pas protégé : sur un réseau fermé seulement."))
        if asker.key(_(" O puis Entrée pour l'accepter, Entrée seule pour revenir > "), about="server") != "O":
            return
        plain = ("--plain-http",)
    run_words(context, ("enrol", *plain, "--", url, *([code] if code else [])))
    asker.go_on("server")
