"""Which machine is this: by its tag, by this stick's own records, by the server's; and when two are as likely, by a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recond.core import efitag, identity
from recond.core.errors import UsageError
from recond.core.identity import Known, Quality
from recond.core.machine import Machine
from recond.core.words import N_, joined
from recond.flow.chain import Chain
from recond.sink.lookup import Answer, Seen, look_up


@dataclass(frozen=True, slots=True)
class Identity:
    """`uid` None = a machine never met, or one that nobody could tell: then `doubles` names those it may be.

    `unsure`: this stick's own records tied and no person said, so no interrupted run may be gone on with by uid alone.
    """

    uid: str | None = None
    tag: str | None = None
    doubles: tuple[Seen, ...] = ()
    unsure: bool = False


def identify(chain: Chain, machine: Machine) -> Identity:
    """Find the machine among those met before, and say so. Raises UsageError when the tag given is another machine's."""
    known = chain.store.known()
    _refuse_another(machine, chain.tag, known)
    if chain.practice_file is not None or chain.docked is not None:
        found = identity.resolve(machine, chain.tag, known)
        return Identity(found.uid, found.tag, unsure=bool(found.possible))
    kept = None if chain.tag is not None else efitag.read(chain.host.read(f"{efitag.FOLDER}/{efitag.NAME}", 256))
    if kept is not None:
        return _by_uefi(chain, machine, known, kept)
    return _by_prints(chain, machine, known)


def _by_prints(chain: Chain, machine: Machine, known: list[Known]) -> Identity:
    found = identity.resolve(machine, chain.tag, known)
    if found.uid is not None:
        seen = next(_of_stick(chain, one) for one in known if one.uid == found.uid)
        chain.talk.note(N_("déjà vue : {text}").format(text=seen.text), good=None)
        return Identity(found.uid, found.tag)
    if found.possible:
        return _by_person(chain, [_of_stick(chain, one) for one in known if one.uid in found.possible])
    return _by_server(chain, machine)


def _by_uefi(chain: Chain, machine: Machine, known: list[Known], kept: str) -> Identity:
    """A tag that the firmware kept is nearly as good as the sticker: it is not believed against everything else."""
    card = next((one for one in known if one.tag == kept), None)
    if card is not None and identity.is_another(machine, card):
        chain.talk.note(
            N_("l'UEFI dit {kept}, qui est une autre machine ({model}) : ignoré").format(
                kept=kept, model=card.model or N_("modèle inconnu")
            ),
            good=None,
        )
        return _by_prints(chain, machine, known)
    if card is not None:
        chain.talk.note(N_("déjà vue (son UEFI le dit) : {text}").format(text=_of_stick(chain, card).text), good=None)
        return Identity(card.uid, kept)
    answer = look_up(chain.store.folder / "enrolment.json", kept, _model(machine), _prints(machine))
    same = [one for one in answer.machines if one.tag == kept]
    if len(same) == 1 and same[0].model in (None, _model(machine)):
        chain.talk.note(N_("déjà vue (son UEFI le dit) : {text}").format(text=same[0].text), good=None)
        return Identity(same[0].uid, kept)
    if same:
        chain.talk.note(
            N_("l'UEFI dit {kept}, qui est une autre machine au serveur ({text}) : ignoré").format(
                kept=kept, text=same[0].text
            ),
            good=None,
        )
        return _by_prints(chain, machine, known)
    chain.talk.note(N_("étiquette {kept} lue dans l'UEFI de ce PC").format(kept=kept), good=None)
    found = _by_prints(chain, machine, known)
    return found if found.tag or found.unsure else Identity(found.uid, kept, found.doubles)


def _prints(machine: Machine) -> set[tuple[str, str]]:
    return {(one.kind, one.value) for one in identity.fingerprints(machine) if one.quality is Quality.GOOD}


def _model(machine: Machine) -> str | None:
    return " ".join(part for part in (machine.system.manufacturer, machine.system.product) if part) or None


def _of_stick(chain: Chain, known: Known) -> Seen:
    card = next((card for card in chain.store.cards() if card.get("uid") == known.uid), {})
    return Seen(known.uid, known.tag, known.model, card.get("lot"), card.get("state"))


def _by_server(chain: Chain, machine: Machine) -> Identity:
    prints, model = _prints(machine), _model(machine)
    place = chain.store.folder / "enrolment.json"
    answer = look_up(place, chain.tag, model, prints)
    if answer.why is not None:
        chain.talk.note(N_("machine cherchée sur cette clé seulement : {why}").format(why=answer.why), good=None)
    if chain.tag is not None:
        return _under_tag(chain, model, answer, lambda: look_up(place, None, model, prints))
    sole = next((one for one in answer.machines if one.sole), None)
    if sole is not None:
        chain.talk.note(N_("déjà vue : {text}").format(text=sole.text), good=None)
        return Identity(sole.uid, sole.tag)
    return _by_person(chain, list(answer.machines)) if answer.machines else Identity()


def _under_tag(chain: Chain, model: str | None, answer: Answer, by_prints: Callable[[], Answer]) -> Identity:
    """The tag is authoritative; the rest is a check that it is stuck on the right PC."""

    same = [one for one in answer.machines if one.tag == chain.tag]
    if len(same) == 1:
        (seen,) = same
        other_model = seen.model is not None and model is not None and seen.model != model
        if other_model and seen.uid not in {one.uid for one in by_prints().machines}:
            raise UsageError(
                N_("l'étiquette {tag} est celle d'une autre machine au serveur ({text})").format(
                    tag=chain.tag, text=seen.text
                ),
                N_("relisez l'étiquette, ou lancez sans --id pour en donner une nouvelle"),
            )
        chain.talk.note(N_("déjà vue : {text}").format(text=seen.text), good=None)
        return Identity(seen.uid, seen.tag)
    untagged = [one for one in answer.machines if one.sole and not one.tag]
    if untagged:
        chain.talk.note(N_("déjà vue : {text}").format(text=untagged[0].text), good=None)
        return Identity(untagged[0].uid)
    doubles = tuple(one for one in answer.machines if one.tag != chain.tag)
    if doubles:
        chain.talk.note(
            N_("ressemble à {doubles} : double étiquette ?").format(
                doubles=joined("; ", (one.text for one in doubles[:3]))
            ),
            good=None,
        )
    return Identity(doubles=doubles)


def _by_person(chain: Chain, likely: list[Seen]) -> Identity:
    names = joined("; ", (one.text for one in likely[:4]))
    chosen = chain.choose(tuple(likely)) if chain.choose is not None else None
    if chosen is not None:
        return Identity(chosen.uid, chosen.tag)
    chain.talk.note(
        N_("plusieurs fiches ressemblent à cette machine ({names}) : donnez son étiquette (--id)").format(names=names),
        good=False,
    )
    return Identity(doubles=tuple(likely), unsure=True)


def _refuse_another(machine: Machine, tag: str | None, known: list[Known]) -> None:
    """A wrong sticker would put this PC's wipe on another one's card, and that one's installed system on this one's label."""
    card = next((one for one in known if tag is not None and one.tag == tag), None)
    if card is not None and identity.is_another(machine, card):
        raise UsageError(
            N_("l'étiquette {tag} est celle d'une autre machine ({model})").format(
                tag=tag, model=card.model or N_("modèle inconnu")
            ),
            N_("relisez l'étiquette, ou lancez sans --id pour en donner une nouvelle"),
        )
