"""The certificate of one disk: the JSON from which every other form is made (`recond.certificate/1`).

It says what was observed, never what was intended. Its own hash and the chain through the stick's certificates prove
that nothing was changed or taken out afterwards; they do not prove that whoever made it was honest, and it says so.
Who signed it is the business of `core.certproof`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from recond.core import canonical, certproof
from recond.core.disk import Bus, Disk
from recond.core.event import Moment
from recond.core.machine import Machine
from recond.core.verdict import ByteRange, Hidden, Observed, VerifyMode, WipeVerdict, decide_firmware, decide_overwrite
from recond.core.wiperesult import WipeResult
from recond.core.words import N_

SCHEMA: Final = "recond.certificate/1"

OVERWRITES: Final = ("overwrite-", "emmc-", "opal-")
"""How the names begin of the methods that end with an overwrite, read back: their verdict is an overwrite's."""

INTEGRITY: Final = N_(
    "L'empreinte, la chaîne et la signature prouvent que ce certificat n'a pas été modifié depuis qu'il a été fait, "
    "et qu'aucun n'a été retiré avant lui. Elles ne prouvent pas l'honnêteté de celui qui l'a fait."
)

DISPOSITIONS: Final = {
    WipeVerdict.ERASED: "reuse",
    WipeVerdict.ERASED_WITH_EXCEPTIONS: "destroy",
    WipeVerdict.FAILED: "destroy",
    WipeVerdict.UNPROVEN: "erase-again",
    WipeVerdict.INTERRUPTED: "erase-again",
}

STATEMENTS: Final = {
    WipeVerdict.ERASED: N_("Toutes les données ont été effacées et l'effacement a été contrôlé par relecture."),
    WipeVerdict.ERASED_WITH_EXCEPTIONS: N_(
        "Des zones du disque n'ont pas pu être effacées ou relues : disque à détruire."
    ),
    WipeVerdict.FAILED: N_("L'effacement a échoué : disque NON effacé, à détruire."),
    WipeVerdict.UNPROVEN: N_("L'effacement n'a pas été prouvé : disque à considérer comme NON effacé."),
    WipeVerdict.INTERRUPTED: N_("L'effacement a été interrompu : disque NON effacé."),
}


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who made it and with what. `tools` are the versions of the programs used, where known; `key` is the stick's public
    key, which is named in what is hashed and signs the hash (`certproof.sign`)."""

    organisation: str
    station: str | None
    operator: str | None
    stick: str
    tool: str
    kernel: str | None = None
    image: str | None = None
    tools: Mapping[str, str] | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What the certificate stands in: run, plan, lot, machine, and its place in the stick's chain.

    `prev` is the `sha256` of the stick's previous certificate, None for its first, whose `number` is 1.
    """

    run: str
    plan_id: str
    uid: str
    tag: str | None
    number: int
    prev: str | None
    lot: str | None = None
    machine: Machine | None = None
    health_before: object = None
    health_after: object = None
    checked_by: str | None = None


def build(result: WipeResult, issuer: Issuer, context: Context) -> dict[str, Any]:
    """Return the certificate as plain JSON, its own hash in `sha256`."""
    erased = result.verdict is WipeVerdict.ERASED
    content: dict[str, object] = {
        "schema": SCHEMA,
        "issuer": {key: value for key, value in _plain(issuer).items() if key != "key"},
        "signer": certproof.signer(issuer.key) if issuer.key else None,
        # A practice disk is a file: nobody may take its certificate for that of a donor's disk.
        "practice": result.disk.bus is Bus.LOOP,
        "run": context.run,
        "plan_id": context.plan_id,
        "lot": context.lot,
        "machine": _machine(context),
        "disk": _disk(result.disk, result.observed),
        "method": result.method,
        "kind": "overwrite" if _is_overwrite(result.method) else "firmware",
        "level": result.level if erased else None,
        "level_of_method": result.level,
        "basis": result.basis,
        "caveats": result.caveats,
        "started": _moment(result.started),
        "ended": _moment(result.ended),
        "commands": [{**_plain(call), "started": _moment(call.started)} for call in result.commands],
        "observed": {**_plain(result.observed), "verified_fraction": _fraction(result.observed)},
        "health": {"before": context.health_before, "after": context.health_after},
        "attempts": [{**_plain(one), "observed": _plain(one.observed)} for one in result.attempts],
        "shortfall": result.short,
        "evidence": result.evidence,
        "verdict": result.verdict,
        "statement": STATEMENTS[result.verdict],
        "disposition": DISPOSITIONS[result.verdict],
        "checked_by": context.checked_by,
        "chain": {"stick": issuer.stick, "number": context.number, "prev": context.prev, "note": INTEGRITY},
    }
    plain = _plain(content)
    return {**plain, "sha256": canonical.digest(plain)}


def _plain(value: object) -> dict[str, Any]:
    made = canonical.plain(value)
    assert isinstance(made, dict)
    return made


def _is_overwrite(method: str) -> bool:
    return method.startswith(OVERWRITES)


def _machine(context: Context) -> dict[str, object]:
    system = context.machine.system if context.machine else None
    return {
        "uid": context.uid,
        "tag": context.tag,
        "model": system.model if system else None,
        "serial": system.serial if system else None,
        "uuid": system.uuid if system else None,
        "board_serial": system.board_serial if system else None,
    }


def _disk(disk: Disk, seen: Observed) -> dict[str, object]:
    identity = disk.identity
    source = None if identity.serial is None else "usb-bridge" if disk.bus is Bus.USB else disk.bus.value
    return {
        "model": identity.model,
        "serial": identity.serial,
        "serial_source": source,
        "wwn": identity.wwn,
        "firmware": disk.firmware,
        "bus": disk.bus,
        "bridge": disk.usb_bridge,
        "medium": disk.medium,
        "sizes": {"kernel": identity.size_bytes, "native": seen.native_bytes, "dco": seen.dco_bytes},
        "hidden_area": seen.hidden,
        "logical_block_bytes": disk.logical_block_bytes,
        "physical_block_bytes": disk.physical_block_bytes,
    }


def _moment(moment: Moment) -> dict[str, object]:
    return {
        "wall": moment.wall,
        "trusted": moment.trusted,
        "boot_id": moment.boot_id,
        "mono_s": round(moment.mono_s, 3),
    }


def _fraction(seen: Observed) -> float:
    return round(seen.bytes_verified / seen.size_bytes, 6) if seen.size_bytes else 0.0


def check(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """Return everything that is wrong with one certificate, in French; empty = its hash is right and its verdict,
    level and disposition follow from what it says was observed."""
    if certificate.get("schema") != SCHEMA:
        return (
            N_("ce n'est pas un certificat de recond ({schema!r} au lieu de {schema2})").format(
                schema=certificate.get("schema"), schema2=SCHEMA
            ),
        )
    faults: list[str] = []
    content = {key: value for key, value in certificate.items() if key not in ("sha256", "signature")}
    if canonical.digest(content) != certificate.get("sha256"):
        faults.append(N_("l'empreinte ne correspond pas : le certificat a été modifié"))
    try:
        faults += _meaning_faults(certificate)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        faults.append(N_("le certificat est incomplet ou mal formé : {error}").format(error=repr(error)))
    return tuple(faults)


def _meaning_faults(certificate: Mapping[str, Any]) -> list[str]:
    seen = _observed(certificate["observed"])
    judge = decide_overwrite if certificate["kind"] == "overwrite" else decide_firmware
    verdict = WipeVerdict(certificate["verdict"])
    faults: list[str] = []
    if judge(seen) is not verdict:
        faults.append(
            N_("le verdict {verdict} ne suit pas de ce qui a été observé, qui donne {judge}").format(
                verdict=verdict, judge=judge(seen)
            )
        )
    if (certificate["kind"] == "overwrite") is not _is_overwrite(certificate["method"]):
        faults.append(N_("la méthode et son genre ne vont pas ensemble"))
    if (certificate["level"] is not None) is not (verdict is WipeVerdict.ERASED):
        faults.append(N_("un niveau d'effacement n'est affirmé que pour un disque effacé"))
    if certificate["level"] not in (None, certificate["level_of_method"]):
        faults.append(N_("le niveau affirmé n'est pas celui de la méthode"))
    if certificate["observed"].get("verified_fraction") != _fraction(seen):
        faults.append(N_("la part relue ne suit pas des octets relus"))
    if certificate.get("practice", False) is not (certificate["disk"]["bus"] == Bus.LOOP):
        faults.append(N_("un disque d'entraînement n'est pas dit comme tel"))
    if certificate["disposition"] != DISPOSITIONS[verdict] or certificate["statement"] != STATEMENTS[verdict]:
        faults.append(N_("la conclusion ne va pas avec le verdict"))
    if certificate["disk"]["sizes"]["kernel"] != seen.size_bytes:
        faults.append(N_("la taille effacée n'est pas celle du disque"))
    return faults


def _observed(value: Mapping[str, Any]) -> Observed:
    known = {key: item for key, item in value.items() if key in Observed.__dataclass_fields__}
    for key in ("bad_ranges", "mismatches"):
        known[key] = tuple(ByteRange(int(one["offset"]), int(one["length"])) for one in value[key])
    known["hidden"] = Hidden(value.get("hidden", Hidden.UNDETERMINED))
    known["verify"] = VerifyMode(value["verify"])
    return Observed(**known)


def chain_faults(certificates: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return what is wrong with a stick's certificates as a chain, whatever their order: a gap, a fork, a change."""
    faults: list[str] = []
    prev: object = None
    for place, one in enumerate(sorted(certificates, key=lambda item: int(item["chain"]["number"])), start=1):
        number = int(one["chain"]["number"])
        if number != place:
            return (
                *faults,
                N_("le certificat n° {place} manque (après lui : n° {number})").format(place=place, number=number),
            )
        if one["chain"]["prev"] != prev:
            faults.append(N_("le certificat n° {number} ne suit pas le précédent").format(number=number))
        faults += [N_("certificat n° {number} : {fault}").format(number=number, fault=fault) for fault in check(one)]
        prev = one["sha256"]
    return tuple(faults)
