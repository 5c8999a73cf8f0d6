"""What a label says of a machine. Pure: the facts in words, the one rule of "EFFACE", and the text of the QR code.

A label has no field for a donor, a person, a disk's serial or a token, so that none can be printed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from recond.core import labelwords
from recond.core.destiny import Destiny, destiny_of
from recond.core.functional import TITLES, Outcome, results_of_json
from recond.core.verdict import WipeVerdict
from recond.core.words import DEFAULT, _, speaking, stored

SERIAL_TAIL: Final = 4
"""Characters of the machine's own serial on a label: enough to compare with the sticker, not enough to identify it."""

ALPHANUMERIC: Final = re.compile(r"^[0-9A-Z $%*+\-./:]+$")
"""What a QR code packs at 5.5 bits a character (ISO/IEC 18004, 7.3.4); anything else makes the code bigger."""


VERDICTS: Final = {verdict.value: verdict for verdict in WipeVerdict}

LOOSE: Final = "disk"
"""`identity_source` of a recorded machine that is one disk without its PC."""


class LabelOutcome(StrEnum):
    """The three words that are read at arm's length."""

    ERASED = "EFFACE"
    NOT_ERASED = "NON_EFFACE"
    NO_DISK = "SANS_DISQUE"


class Inapplicable(Enum):
    """A field that this kind of machine does not have: the battery of a desktop. Not the same as unknown (None)."""

    NA = "inapplicable"


Fact = str | Inapplicable | None
"""A text, "does not apply" (left out), or None: unknown, printed as "inconnu"."""


@dataclass(frozen=True, slots=True)
class LabelData:
    """One label's facts, already in French words. None = unknown.

    `why` tells why it is not erased ("effacement interrompu"). `disks` None = it is not known which there are, empty = none.
    `serial_tail` is the end of the machine's own serial. `practice`: made on a practice disk, and printed as such.
    `destiny`: prêt, à revoir, à détruire; None = nothing is said of it.
    `url` is what the QR code carries, see `qr_text`. `lang`: the label's language, never the screen's. `trial`: a test page's.
    """

    tag: str | None
    outcome: LabelOutcome = LabelOutcome.NOT_ERASED
    wiped_on: date | None = None
    method: str | None = None
    verified: bool | None = None
    why: str | None = None
    chassis: str | None = None
    model: str | None = None
    cpu: Fact = None
    ram: Fact = None
    disks: tuple[str, ...] | None = None
    os: str | None = None
    battery: Fact = None
    charger: Fact = None
    grade: Fact = None
    keyboard: Fact = None
    inches: Fact = None
    warnings: tuple[str, ...] = ()
    serial_tail: str | None = None
    lot: str | None = None
    printed_on: date | None = None
    practice: bool = False
    url: str | None = None
    destiny: Destiny | None = None
    lang: str = DEFAULT
    trial: bool = False

    def __post_init__(self) -> None:
        if self.serial_tail is not None and len(self.serial_tail) > SERIAL_TAIL:
            raise ValueError(f"only the last {SERIAL_TAIL} characters of a serial may be printed")
        if self.destiny is Destiny.READY and self.outcome is not LabelOutcome.ERASED:
            raise ValueError("only an erased machine is ready")


def outcome_of(internal_disks: Sequence[WipeVerdict | None] | None) -> LabelOutcome:
    """Decide the big word from the verdict of every internal disk (None = never wiped, or not known).

    EFFACE only when each of them is ERASED. `internal_disks` None (the disks could not be listed) is NON_EFFACE.
    """
    if internal_disks is None:
        return LabelOutcome.NOT_ERASED
    if not internal_disks:
        return LabelOutcome.NO_DISK
    erased = all(verdict is WipeVerdict.ERASED for verdict in internal_disks)
    return LabelOutcome.ERASED if erased else LabelOutcome.NOT_ERASED


def qr_text(tag: str | None, server: str | None = None) -> str | None:
    """Return what the QR code says: the machine's page on the server, upper case, else "RECOND:TAG"; None without a tag.

    The server answers /M/TAG in upper case: then every character is one of the 45 that a QR code packs tightly, and
    the code has 25 modules a side and not 33. Only scheme, host and port are taken: never a user, a path, a query.
    """
    if tag is None or not ALPHANUMERIC.match(tag.upper()):
        return None
    own = f"RECOND:{tag.upper()}"
    if not server:
        return own
    try:
        parts = urlsplit(server)
        host, port = parts.hostname, parts.port
    except ValueError:
        return own
    # An IPv6 address needs brackets, which the alphanumeric mode has not.
    if parts.scheme not in ("http", "https") or not host or ":" in host:
        return own
    url = f"{parts.scheme}://{host}{f':{port}' if port else ''}/M/{tag}".upper()
    return url if ALPHANUMERIC.match(url) else own


_CLOCK_BEGINS: Final = date(2025, 1, 1)
"""recond is younger: a wipe dated before comes from a clock whose battery is dead, and its date is not printed."""
_NO_BATTERY_NEEDED: Final = ("desktop", "mini", "server", "aio")
_NO_SCREEN: Final = ("desktop", "mini", "server")


def label_from_card(
    card: Mapping[str, Any], url: str | None = None, printed_on: date | None = None, lang: str = DEFAULT
) -> LabelData:
    """Turn a machine's card (`core.projection.project`) into its label. `url`: the server's address, None = no server.

    The big word is decided here from the audited disks themselves, see `internal_verdicts`.
    """
    with speaking(lang):
        return replace(_label(card, url, printed_on), lang=lang)


def _label(card: Mapping[str, Any], url: str | None, printed_on: date | None) -> LabelData:
    machine = card.get("machine") or {}
    system, firmware = machine.get("system") or {}, machine.get("firmware") or {}
    kind = system.get("chassis")
    verdicts = internal_verdicts(card)
    outcome = outcome_of(verdicts)
    erased = outcome is LabelOutcome.ERASED
    own = [disk for disk in card.get("disks") or () if disk.get("internal")]
    serial = system.get("serial")
    made = LabelData(
        tag=card.get("tag"),
        outcome=outcome,
        wiped_on=_last_day(own) if erased else None,
        method=_methods(own) if erased else None,
        verified=True if erased else None,
        why=None if erased else _why(card, verdicts),
        chassis=labelwords.CHASSIS.get(str(kind)),
        model=labelwords.system_model(system),
        cpu=labelwords.cpu_words(machine.get("cpu") or {}),
        ram=labelwords.ram_words(machine.get("memory") or {}),
        disks=_disks(own) if verdicts is not None else None,
        os=_system(card.get("install")),
        battery=_battery(machine.get("batteries") or (), str(kind)),
        charger=Inapplicable.NA if kind in _NO_BATTERY_NEEDED else None,
        grade=card.get("grade"),
        keyboard=Inapplicable.NA if kind in _NO_SCREEN else _keyboard(card),
        inches=Inapplicable.NA if kind in _NO_SCREEN else _inches(machine),
        warnings=(*_locks(firmware), *_failed(card)),
        serial_tail=str(serial)[-SERIAL_TAIL:] if serial and len(str(serial)) > SERIAL_TAIL else None,
        lot=card.get("lot"),
        printed_on=printed_on if printed_on and printed_on >= _CLOCK_BEGINS else None,
        practice=any(disk["disk"].get("bus") == "loop" for disk in machine.get("disks") or ()),
        url=qr_text(card.get("tag"), url),
        destiny=destiny_of(card, verdicts, loose=system.get("identity_source") == LOOSE),
    )
    if system.get("identity_source") != LOOSE:
        return made
    na = Inapplicable.NA
    return replace(
        made, chassis=_("Disque seul"), cpu=na, ram=na, battery=na, charger=na, grade=na, keyboard=na, inches=na
    )


def internal_verdicts(card: Mapping[str, Any]) -> tuple[WipeVerdict | None, ...] | None:
    """Return the last verdict of every disk inside the machine; None when the machine was never audited.

    Stricter than the card: disks that a controller hides are not erased, a disk of no readable size is inside and not
    erased (a dying drive answers 0 bytes), and two disks that cannot be told apart are both not erased, since one wipe
    would speak for both.
    """
    machine = card.get("machine")
    if not isinstance(machine, Mapping) or not isinstance(machine.get("disks"), list | tuple):
        return None
    seen = [one["disk"] for one in machine["disks"]]
    # A loose disk in a dock is recorded as a machine of its own: how it is plugged in says nothing.
    own = (machine.get("system") or {}).get("identity_source") == LOOSE
    inside = [_identity(d["identity"]) for d in seen if own or (d.get("bus") != "usb" and not d.get("removable"))]
    known = {_identity(disk): disk.get("wipe") for disk in card.get("disks") or () if disk.get("internal")}
    found: list[WipeVerdict | None] = []
    for one in inside:
        said = known.pop(one, None) if inside.count(one) == 1 and one[3] else None
        found.append(VERDICTS.get(said) if isinstance(said, str) else None)
    # One that hides behind a RAID-mode controller was never wiped.
    found += [None for _ in machine.get("hidden_disks") or ()]
    # A disk that the card calls internal and the audit does not list is one too many: somebody has to look.
    return (*found, *(None for one in known if one not in inside))


def _identity(disk: Mapping[str, Any]) -> tuple[Any, ...]:
    return disk.get("model"), disk.get("serial"), disk.get("wwn"), disk.get("size_bytes")


def _why(card: Mapping[str, Any], verdicts: Sequence[WipeVerdict | None] | None) -> str | None:
    if verdicts is None:
        return _("machine pas encore auditée")
    if not verdicts:
        return None
    if (card.get("machine") or {}).get("hidden_disks"):
        return _("disques cachés par le contrôleur (BIOS en RAID ?)")
    said = [str(disk.get("wipe")) for disk in card.get("disks") or () if disk.get("internal")]
    own = [disk for disk in card.get("disks") or () if disk.get("internal")]
    locked = [note for disk in own for note in disk.get("caveats") or () if str(note).startswith(labelwords.LOCKED)]
    if locked:
        # Without this word the disk is lost to whoever finds it.
        return stored(locked[0])
    text = next((words for verdict, words in labelwords.WHY_NOT.items() if verdict in said), _("pas encore effacé"))
    bad = sum(verdict is not WipeVerdict.ERASED for verdict in verdicts)
    return (
        text
        if len(verdicts) == 1
        else _("{bad} disque{bad2} sur {count} : {text}").format(
            bad=bad, bad2="s" if bad > 1 else "", count=len(verdicts), text=text
        )
    )


def _last_day(disks: Sequence[Mapping[str, Any]]) -> date | None:
    try:
        day = max(datetime.fromisoformat(str(disk["wiped_at"])).date() for disk in disks)
    except (KeyError, ValueError):
        return None
    return day if day >= _CLOCK_BEGINS else None


def _methods(disks: Sequence[Mapping[str, Any]]) -> str | None:
    names = [_method(disk) for disk in disks if disk.get("method")]
    if len(names) < len(disks):
        return None
    return " + ".join(dict.fromkeys(names)) or None


def _method(disk: Mapping[str, Any]) -> str:
    # An overwrite is "vérifié" when all of it was read back; a sample was the person's choice, and whoever reads must know.
    name, read = str(disk["method"]), disk.get("bytes_verified")
    sampled = name.startswith("overwrite-") and read is not None and read < (disk.get("size_bytes") or 0)
    return labelwords.METHOD.get(name, name) + (_(", relu par sondage") if sampled else "")


def _inches(machine: Mapping[str, Any]) -> Fact:
    own = [one for one in machine.get("displays") or () if isinstance(one, Mapping) and one.get("is_builtin")]
    inches = own[0].get("inches") if len(own) == 1 else None
    return f'{inches:.1f}"'.replace(".", ",") if isinstance(inches, int | float) and inches > 0 else None


def _locks(firmware: Mapping[str, Any]) -> tuple[str, ...]:
    told = (
        (_("Mot de passe BIOS"), firmware.get("admin_password") is True),
        (_("Mot de passe au démarrage"), firmware.get("power_on_password") is True),
        (_("Absolute ACTIF"), firmware.get("absolute") == "active"),
    )
    return tuple(words for words, locked in told if locked)


def _keyboard(card: Mapping[str, Any]) -> Fact:
    tested = next((one for one in results_of_json(card.get("tests")) if one.name == "keyboard"), None)
    layout = str(tested.measured.get("layout") or "").upper() if tested else ""
    return layout or None


def _failed(card: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a person tried and found broken, as warnings of a word or two."""
    tests = results_of_json(card.get("tests"))
    swollen = any(one.measured.get("battery_swollen") == "yes" for one in tests)
    bad = tuple(
        _("{titles} en panne").format(titles=_(TITLES[one.name]))
        for one in tests
        if one.outcome is Outcome.FAIL and one.name != "condition"
    )
    return (*((_("BATTERIE GONFLEE"),) if swollen else ()), *bad)


def _disks(disks: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(labelwords.disk_words(d.get("medium"), d.get("size_bytes"), d.get("health")) for d in disks)


def _system(install: Mapping[str, Any] | None) -> str:
    if not install:
        return _("système non installé")
    if install.get("result") != "ok":
        return labelwords.INSTALL.get(str(install.get("result")), _("système non installé"))
    profile = install.get("profile") or {}
    return " ".join(str(part) for part in (profile.get("name"), profile.get("version")) if part) or _(
        "système installé"
    )


def _battery(batteries: Sequence[Mapping[str, Any]], kind: str) -> Fact:
    if not batteries:
        return (
            Inapplicable.NA if kind in _NO_BATTERY_NEEDED else (_("absente") if kind in ("laptop", "tablet") else None)
        )
    shares = [battery.get("health_pct") for battery in batteries]
    return None if None in shares else " + ".join(f"{share} %" for share in shares)
