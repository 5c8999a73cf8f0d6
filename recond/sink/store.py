"""The data folder as the chain sees it: stick, settings, lots, journal, cards, labels. Layout: docs/contracts.md."""

from __future__ import annotations

import contextlib
import re
import threading
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from recond.core import canonical
from recond.core.errors import ConfigurationFault, EnvironmentFault
from recond.core.identity import Known, Quality, fingerprints_of_json, make_tag, parse_tag
from recond.core.ports import Host
from recond.core.projection import project
from recond.core.runstate import read_run, same_pc
from recond.core.settings import Arm, Lot, Settings, read_lot, read_settings
from recond.core.words import N_, joined
from recond.sink import files
from recond.sink.certificates import Certificates
from recond.sink.journal import Journal
from recond.sink.outbox import Outbox
from recond.sink.ownstick import hardware, is_copy, own_stick
from recond.sink.wipe_states import WipeStates

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

IMAGE_ID = "/etc/recond-image"
"""Where the stick's system says which image it is (written by live-image/build)."""


class Store:
    """Everything one stick keeps. Every method that writes returns only when a power cut could not undo it.

    `lock`: held by whoever reads the last number of something and writes the next, where several disks end at once.
    """

    def __init__(self, folder: Path, host: Host) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self._host = host
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EnvironmentFault(
                N_("le dossier {folder} ne peut pas être créé : {strerror}").format(
                    folder=folder, strerror=error.strerror
                ),
                N_("donnez-en un autre : --data DOSSIER"),
            ) from error
        self.outbox = Outbox(folder / "outbox")
        self._unqueued = False
        # A stick has several consoles, and recond starts on each: at the first start one of them names it for all.
        with files.alone(folder):
            known = self._json(folder / "stick.json")
            if known is not None and is_copy(known.get("medium"), hardware(host)):
                self._disarm()  # before the copy becomes a stick of its own: a power cut in between must not leave it armed
            self._stick = own_stick(folder, host, known)

    @property
    def stick_id(self) -> str:
        """Return this stick's own name, made once: "stk_7f3a19c2"."""
        return str(self._stick["stick"])

    @property
    def copied_from(self) -> str | None:
        """Return the stick whose copy this one is and whose enrolment it must not use; None when it is no copy."""
        value = self._stick.get("copied_from")
        return str(value) if value else None

    def _disarm(self) -> None:
        # Somebody armed the lot on the other stick: that was no word about the PCs into which this one is put.
        for name in self.lots():
            with contextlib.suppress(ConfigurationFault):
                self.save_lot(replace(self.lot(name), arm=Arm.NONE, autostart=False))
        files.remove(self.folder / "autostart")

    def _json(self, path: Path) -> dict[str, Any] | None:
        try:
            value = canonical.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise files.cannot_read(path, error) from error
        except ValueError as error:
            raise ConfigurationFault(
                N_("{path} ne se lit pas : {error}").format(path=path, error=error),
                N_("renommez ce fichier, recond en fera un nouveau"),
            ) from error
        if not isinstance(value, dict):
            raise ConfigurationFault(
                N_("{path} : un objet JSON est attendu").format(path=path), N_("renommez ce fichier")
            )
        return value

    def next_tag(self, prefix: str) -> str:
        """Return a tag never given before by this stick."""
        with self.lock:
            number = int(self._stick.get("next_tag", 1))
            while self.card_path(make_tag(prefix, number)).exists():
                number += 1
            self._stick = {**self._stick, "next_tag": number + 1}
            files.write(self.folder / "stick.json", canonical.encode(self._stick))
            return make_tag(prefix, number)

    def settings(self) -> Settings:
        """Read recond.toml. Raises ConfigurationFault with every error at once."""
        path = self.folder / "recond.toml"
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Settings()
        except OSError as error:
            raise files.cannot_read(path, error) from error
        except ValueError as error:
            raise ConfigurationFault(
                N_("{path} ne se lit pas : {error}").format(path=path, error=error), N_("corrigez ce fichier")
            ) from error
        settings, errors = read_settings(str(path), data)
        if errors:
            raise ConfigurationFault(joined("\n  ", errors), N_("corrigez ces lignes et relancez"))
        return settings

    def image_id(self, host: Host) -> str | None:
        """Return which image of the stick is running, None when this is no stick."""
        text = host.read(IMAGE_ID)
        return text.decode("utf-8", "replace").strip()[:80] or None if text else None

    def lot(self, name: str) -> Lot:
        """Read one lot. Raises ConfigurationFault when it is not there or wrong."""
        path = self.folder / "lots" / f"{Path(name).name}.json"
        data = self._json(path)
        if data is None:
            raise ConfigurationFault(
                N_("le lot « {name} » n'existe pas").format(name=name),
                N_("ouvrez-le : recond batch new {name}").format(name=name),
            )
        lot, errors = read_lot(str(path), data)
        if lot is None:
            raise ConfigurationFault(joined("\n  ", errors), N_("corrigez ce fichier ou refaites le lot"))
        return lot

    def save_lot(self, lot: Lot) -> None:
        """Keep a lot, and the mark that makes the boot menu start it by itself."""
        files.write(self.folder / "lots" / f"{lot.lot}.json", canonical.encode(lot))
        mark = self.folder / "autostart"
        if lot.autostart and lot.open:
            files.write(mark, lot.lot.encode())
        elif mark.exists() and mark.read_text(encoding="utf-8").strip() == lot.lot:
            files.remove(mark)

    def lots(self) -> tuple[str, ...]:
        """Return the names of all lots."""
        return tuple(sorted(path.stem for path in (self.folder / "lots").glob("*.json")))

    def current_lot(self) -> Lot | None:
        """Return the lot on which people work: the open one that was chosen last; None when none is, or it is damaged."""
        try:
            name = (self.folder / "lots" / "current").read_text(encoding="utf-8").strip()
            lot = self.lot(name) if name in self.lots() else None
        except (OSError, ValueError, ConfigurationFault):
            return None
        return lot if lot is not None and lot.open else None

    def choose_lot(self, name: str | None) -> None:
        """Remember the lot on which people work from now on; None = no lot."""
        files.write(self.folder / "lots" / "current", (name or "").encode())

    def append(self, item: Mapping[str, Any]) -> None:
        """Keep an event: the journal first, then the queue for the server. Once in the journal it is kept and counts, also
        when there is no room to queue it: `queue_left_out` does that later."""
        self._journal(str(item["run"])).append(item)
        try:
            self.outbox.put(item)
        except EnvironmentFault:
            self._unqueued = True

    def last_id(self) -> str | None:
        """Return the latest id this stick has made, None before the first: the next ones must sort after it."""
        found = []
        for run in self.runs():
            found.append(run)
            with contextlib.suppress(ConfigurationFault):
                last = self._journal(run).last()
                found.append(str(last.get("id")) if last else run)
        return max(filter(UUID.fullmatch, found), default=None)

    def queue_left_out(self, *, every: bool = False) -> int:
        """Queue what is in the journal and was never queued; return how many. Damaged journals are left to `damaged`.

        A power cut between the two writes of `append` leaves out a run's last event, no other; `every` looks at all.
        """
        count = 0
        for run in self.runs():
            journal = self._journal(run)
            try:
                last = journal.last()
                items = journal.read() if every or self._unqueued else [last] if last else []
            except ConfigurationFault:
                continue
            for item in items:
                if not self.outbox.holds(str(item["id"])):
                    self.outbox.put(item)
                    count += 1
        self._unqueued = False
        return count

    def damaged(self) -> tuple[str, ...]:
        """Return what is wrong with each journal that cannot be read."""
        found = []
        for run in self.runs():
            try:
                self.events(run)
            except ConfigurationFault as fault:
                found.append(fault.message)
        return tuple(found)

    def torn(self) -> tuple[Path, ...]:
        """Return the unfinished lines that power cuts left, kept beside their journals."""
        return tuple(sorted((self.folder / "journal").glob("*.torn")))

    def keep_piece(self, path: Path) -> dict[str, object]:
        """Keep a copy of a file as an attachment and return what the event says of it. Raises EnvironmentFault."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise files.cannot_keep(path, error) from error
        return self.outbox.blobs.keep(data, path.name)

    def certificate_pieces(self, sha256: str) -> tuple[dict[str, object], ...]:
        """Return a kept certificate as the attachment of an event. Raises EnvironmentFault."""
        path = Certificates(self.folder / "certificates").find(sha256)
        return (self.keep_piece(path),) if path is not None else ()

    def events(self, run: str) -> list[dict[str, Any]]:
        """Return a run's events in order."""
        return self._journal(run).read()

    def runs(self) -> tuple[str, ...]:
        """Return all runs, oldest first (their ids are UUIDv7: they sort by time)."""
        return tuple(sorted(path.stem for path in (self.folder / "journal").glob("*.ndjson")))

    def unfinished(self, uid: str | None, machine: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
        """Return the events of this machine's last run when it did not end, else nothing.

        `uid` None = the machine could not be identified: then only an open run on the very same disks is taken.
        """
        for run in reversed(self.runs()):
            events = self._readable(run) if uid is None else self._events_of(run, uid)
            if not events or (uid is not None and events[0]["machine"]["uid"] != uid):
                continue
            is_open = events[0]["payload"].get("kind") == kind and read_run(events).ended is None
            if uid is not None:
                return events if is_open else []
            if is_open and same_pc(machine, events):
                return events
        return []

    def known(self) -> list[Known]:
        """Return the machines met before, by this stick or by those whose parcels it took along."""
        found: dict[str, Known] = {}
        for events in self._met():
            for item in events:
                if item["type"] == "audit.hardware":
                    machine = item["payload"]["machine"]
                    good = frozenset(
                        (f.kind, f.value) for f in fingerprints_of_json(machine) if f.quality is Quality.GOOD
                    )
                    model = machine["system"]
                    name = " ".join(p for p in (model.get("manufacturer"), model.get("product")) if p) or None
                    uid = item["machine"]["uid"]
                    found[uid] = Known(uid, item["machine"]["tag"], name, good)
        return list(found.values())

    def _met(self) -> Iterator[list[dict[str, Any]]]:
        imported = self.folder / "imported"
        for path in sorted(imported.glob("*.ndjson")):
            with contextlib.suppress(ConfigurationFault):
                yield Journal(imported, path.stem).read()
        for run in self.runs():
            yield self._readable(run)

    def machine_events(self, uid: str) -> list[dict[str, Any]]:
        """Return every event of a machine, run after run."""
        return [item for run in self.runs() for item in self._events_of(run, uid) if item["machine"]["uid"] == uid]

    def _events_of(self, run: str, uid: str) -> list[dict[str, Any]]:
        """Return a run's events when it speaks of this machine. Damage in another machine's run is not this one's."""
        return self.events(run) if self._journal(run).names(uid) else []

    def _readable(self, run: str) -> list[dict[str, Any]]:
        """Return a run's events, nothing when its journal is damaged: `damaged` tells, and no new machine waits for it."""
        try:
            return self.events(run)
        except ConfigurationFault:
            return []

    def _journal(self, run: str) -> Journal:
        return Journal(self.folder / "journal", run)

    def card_path(self, tag: str) -> Path:
        """Return where a machine's card is kept."""
        return self.folder / "records" / f"{tag}.json"

    def save_card(self, uid: str) -> dict[str, Any]:
        """Make the machine's card from its events, keep it, and return it."""
        card = project(self.machine_events(uid))
        files.write(self.card_path(str(card["tag"])), canonical.dumps(card, indent=1).encode())
        return card

    def wipe_states(self, run: str) -> WipeStates:
        """Return where a run keeps how far its wipes are."""
        return WipeStates(self.folder / "runs" / run)

    def cards(self) -> list[dict[str, Any]]:
        """Return the kept cards, the machine seen last at the end (by run: their ids sort by time)."""
        found = [card for path in (self.folder / "records").glob("*.json") if (card := self._json(path)) is not None]
        return sorted(found, key=lambda card: str(card.get("run")))

    def find_card(self, tag: str) -> dict[str, Any] | None:
        """Return the card of a tag, made anew from its events; "last" is the machine seen last."""
        cards = self.cards()
        if tag != "last":
            cards = [card for card in cards if card.get("tag") == (parse_tag(tag) or tag)]
        return self.save_card(str(cards[-1]["uid"])) if cards else None

    def disarm(self, lot: Lot) -> None:
        """Take back what a lot armed for one machine allowed."""
        self.save_lot(replace(lot, arm=Arm.NONE, autostart=False))

    def certificates(self, run: str) -> tuple[Path, ...]:
        """Return the certificates that this run wrote."""
        hashes = {str(item["payload"].get("certificate")) for item in self.events(run) if item["type"] == "wipe.disk"}
        shelf = Certificates(self.folder / "certificates")
        return tuple(sorted(path for one in hashes if (path := shelf.find(one)) is not None))

    def public_url(self) -> str | None:
        """Return the server's address from the enrolment, None when this stick is not enrolled."""
        enrolment = self._json(self.folder / "enrolment.json")
        return str(enrolment["url"]) if enrolment and enrolment.get("url") else None
