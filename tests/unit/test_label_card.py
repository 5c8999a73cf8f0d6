"""From the machine's card to its label: EFFACE only when every disk inside is ERASED, whatever else the card says."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recond.core.destiny import Destiny, blocking, worth_doing
from recond.core.errors import ExitCode
from recond.core.labeldata import Inapplicable, LabelOutcome, internal_verdicts, label_from_card
from recond.core.projection import is_finished, is_ready, project
from recond.core.verdict import WipeVerdict
from recond.label.words import items, keep_words, proof_words
from recond.ui.card import card_lines
from recond.ui.result import Headline, headline

SECRETS = ("WD-SERIAL-SECRET", "PF0XK3B2", "Mme Dupont", "0x5000c500a1b2c3d4")


def disk(number: int = 1, **other: Any) -> dict[str, Any]:
    identity = {"model": "WDC WD5000", "serial": f"WD-SERIAL-SECRET-{number}", "wwn": None, "size_bytes": 500 * 10**9}
    made = {"name": "sda", "bus": "sata", "removable": False, "medium": "hdd", "identity": identity}
    identity.update(other.pop("identity", {}))
    return {"disk": {**made, **other}, "health": {"verdict": "pass", "reasons": []}}


def machine(*disks: dict[str, Any], chassis: str = "laptop") -> dict[str, Any]:
    return {
        "system": {
            "manufacturer": "LENOVO",
            "product": "20L5CTO1WW",
            "version": "ThinkPad T480",
            "serial": "PF0XK3B2",
            "chassis": chassis,
        },
        "firmware": {"admin_password": True},
        "cpu": {"model": "Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz", "cores": 4},
        "memory": {"total_bytes": 8 << 30, "modules": [{"type": "DDR4"}, {"type": "DDR4"}]},
        "batteries": [{"health_pct": 87}],
        "disks": list(disks),
    }


class Story:
    """Events of one machine, as the chain records them."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def add(self, kind: str, **payload: Any) -> Story:
        self.events.append(
            {
                "type": kind,
                "run": "r1",
                "machine": {"uid": "u", "tag": "PC-0042-2"},
                "time": {"wall": "2026-11-23T10:00:00.000Z"},
                "actor": {"operator": "LM", "stick": "stk_1"},
                "lot": "2026-07-CD44-01",
                "payload": payload,
            }
        )
        return self

    def audit(self, *disks: dict[str, Any], chassis: str = "laptop") -> Story:
        self.add("audit.hardware", machine=machine(*disks, chassis=chassis))
        for one in disks:
            self.add("audit.disk_health", disk=one["disk"]["identity"], verdict="pass", reasons=[])
        return self

    def wipe(self, one: dict[str, Any], verdict: str | None = "ERASED") -> Story:
        identity = one["disk"]["identity"]
        self.add("wipe.started", plan_id="P", disk=identity, method="overwrite-aes", level="clear")
        if verdict is not None:
            self.add("wipe.disk", plan_id="P", disk=identity, method="overwrite-aes", level="clear", verdict=verdict)
        return self

    @property
    def card(self) -> dict[str, Any]:
        return project(self.events)


def test_a_machine_wiped_whole() -> None:
    one, two = disk(1), disk(2)
    story = Story().audit(one, two).wipe(one).wipe(two).add("grade.set", grade="B", reason="batterie 71 %")
    story.add("install.completed", disk={}, profile={"name": "debian-base", "version": "13"}, result="ok", checks=[])
    label = label_from_card(story.card, url="http://192.168.1.20:8017", printed_on=date(2026, 11, 23))
    assert label.outcome is LabelOutcome.ERASED
    assert proof_words(label) == "23/11/2026 · vérifié · écrasement"
    assert (label.tag, label.chassis, label.model) == ("PC-0042-2", "Portable", "LENOVO ThinkPad T480")
    assert (label.cpu, label.ram) == ("Intel Core i5-8350U, 4 cœurs", "8 Go DDR4")
    assert label.disks == ("HDD 500 Go, aucun signe de panne",) * 2
    assert (label.os, label.battery, label.grade, label.lot) == ("debian-base 13", "87 %", "B", "2026-07-CD44-01")
    assert label.warnings == ("Mot de passe BIOS",)
    assert label.serial_tail == "K3B2"
    assert label.url == "HTTP://192.168.1.20:8017/M/PC-0042-2"
    assert not label.practice


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        ("FAILED", "effacement raté, disque à retirer"),
        ("ERASED_WITH_EXCEPTIONS", "secteurs illisibles, disque à retirer"),
        ("UNPROVEN", "effacement non prouvé"),
        ("INTERRUPTED", "effacement interrompu"),
        (None, "effacement interrompu"),
    ],
)
def test_why_it_is_not_erased_is_said(verdict: str | None, why: str) -> None:
    one = disk()
    label = label_from_card(Story().audit(one).wipe(one, verdict).card)
    assert (label.outcome, label.why) == (LabelOutcome.NOT_ERASED, why)
    two = disk(2)
    label = label_from_card(Story().audit(one, two).wipe(two).wipe(one, verdict).card)
    assert (label.outcome, label.why) == (LabelOutcome.NOT_ERASED, f"1 disque sur 2 : {why}")


def test_a_wipe_that_began_again_takes_the_word_back() -> None:
    one = disk()
    story = Story().audit(one).wipe(one)
    assert label_from_card(story.card).outcome is LabelOutcome.ERASED
    assert label_from_card(story.wipe(one, None).card).outcome is LabelOutcome.NOT_ERASED


def test_a_wipe_after_the_install_takes_the_system_away() -> None:
    one, two = disk(1), disk(2)
    story = Story().audit(one, two).wipe(one).wipe(two)
    profile = {"name": "debian-base", "version": "13"}
    story.add("install.completed", disk=one["disk"]["identity"], profile=profile, result="ok", checks=[])
    assert label_from_card(story.wipe(two).card).os == "debian-base 13"
    assert label_from_card(story.wipe(one).card).os == "système non installé"


def test_a_disk_added_after_the_wipe_takes_the_word_back() -> None:
    one = disk(1)
    story = Story().audit(one).wipe(one).audit(one, disk(2))
    label = label_from_card(story.card)
    assert (label.outcome, label.why) == (LabelOutcome.NOT_ERASED, "1 disque sur 2 : pas encore effacé")


def test_no_audit_no_word() -> None:
    label = label_from_card(Story().add("note.added", text="arrivée").card)
    assert (label.outcome, label.why, label.disks) == (LabelOutcome.NOT_ERASED, "machine pas encore auditée", None)
    assert label_from_card({}).outcome is LabelOutcome.NOT_ERASED


def test_no_disk_is_its_own_word_and_a_usb_disk_is_not_inside() -> None:
    stick = disk(9, bus="usb")
    label = label_from_card(Story().audit(stick).wipe(stick).card)
    assert label.outcome is LabelOutcome.NO_DISK
    one = disk(1)
    assert label_from_card(Story().audit(one, stick).wipe(one).card).outcome is LabelOutcome.ERASED


def test_a_dying_disk_without_a_size_is_still_inside() -> None:
    one, dying = disk(1), disk(2, identity={"size_bytes": 0})
    label = label_from_card(Story().audit(one, dying).wipe(one).card)
    assert label.outcome is LabelOutcome.NOT_ERASED
    assert label_from_card(Story().audit(dying).card).outcome is LabelOutcome.NOT_ERASED


def test_one_wipe_does_not_speak_for_two_disks_that_look_alike() -> None:
    twin = disk(1, identity={"serial": None})
    label = label_from_card(Story().audit(twin, copy.deepcopy(twin)).wipe(twin).card)
    assert label.outcome is LabelOutcome.NOT_ERASED


WORDS = st.sampled_from([*(str(verdict) for verdict in WipeVerdict), None, "", "erased", "EFFACE", "never"])


@given(
    st.lists(st.tuples(WORDS, st.sampled_from(["sata", "nvme", "mmc", "usb", "unknown"]), st.booleans()), max_size=5),
    st.sampled_from(["ready", "wiped", "received"]),
    st.booleans(),
)
def test_the_rule(disks: list[tuple[str | None, str, bool]], state: str, installed: bool) -> None:
    story, wanted = Story(), []
    seen = [disk(number, bus=bus, removable=removable) for number, (_, bus, removable) in enumerate(disks)]
    story.audit(*seen)
    for one, (verdict, bus, removable) in zip(seen, disks, strict=True):
        if verdict is not None:
            story.wipe(one, verdict)
        if bus != "usb" and not removable:
            wanted.append(verdict)
    story.add("state.set", state=state)
    if installed:
        story.add("install.completed", disk={}, profile={}, result="ok", checks=[])
    outcome = label_from_card(story.card).outcome
    assert (outcome is LabelOutcome.ERASED) == (bool(wanted) and set(wanted) == {"ERASED"})
    assert (outcome is LabelOutcome.NO_DISK) == (not wanted)


def test_a_desktop_has_no_battery_and_no_keyboard_of_its_own() -> None:
    story = Story().audit(disk(), chassis="desktop")
    story.events[0]["payload"]["machine"]["batteries"] = []
    label = label_from_card(story.card)
    assert (label.battery, label.charger, label.keyboard) == (Inapplicable.NA,) * 3


def test_a_dead_clock_prints_no_date() -> None:
    one = disk()
    story = Story().audit(one).wipe(one)
    for event in story.events:
        event["time"]["wall"] = "2009-01-01T00:00:12.000Z"
    label = label_from_card(story.card, printed_on=date(2009, 1, 1))
    assert (label.wiped_on, label.printed_on) == (None, None)
    assert proof_words(label).startswith("date inconnue")


def test_a_practice_disk_is_called_one() -> None:
    one = disk(bus="loop")
    assert label_from_card(Story().audit(one).wipe(one).card).practice


def test_nothing_private_reaches_the_label() -> None:
    one = disk(identity={"wwn": SECRETS[3]})
    story = Story().audit(one).wipe(one).add("note.added", text="PC de Mme Dupont")
    label = label_from_card(story.card, url="http://u:token@host/?token=abc")
    printed = json.dumps([item.text for item in items(label)]) + proof_words(label) + str(label.url)
    for secret in (*SECRETS, "token", "TOKEN"):
        assert secret not in printed


def test_what_was_tested_and_what_locks_is_on_the_label() -> None:
    story = Story().audit(disk(1))
    found = story.events[0]["payload"]["machine"]
    found["displays"] = [{"is_builtin": True, "inches": 14.04}, {"is_builtin": False, "inches": 24.0}]
    found["firmware"] |= {"power_on_password": True, "absolute": "active"}
    story.add(
        "test.result", name="keyboard", outcome="fail", reasons=["2 touches muettes : A U"], facts={"layout": "azerty"}
    )
    story.add("test.result", name="wifi", outcome="not_done", reasons=["aucun réseau entendu"], facts={})
    story.add(
        "test.result", name="condition", outcome="fail", reasons=[], facts={"battery_swollen": "yes", "class": "B"}
    )
    label = label_from_card(story.card)
    assert (label.keyboard, label.inches) == ("AZERTY", '14,0"')
    assert label.warnings == (
        "Mot de passe BIOS", "Mot de passe au démarrage", "Absolute ACTIF", "BATTERIE GONFLEE", "Clavier en panne",
    )  # fmt: skip
    story.add("test.result", name="keyboard", outcome="pass", reasons=[], facts={"layout": "qwerty"})
    story.add(
        "test.result", name="condition", outcome="pass", reasons=[], facts={"battery_swollen": "no", "class": "B"}
    )
    repaired = label_from_card(story.card)
    assert repaired.keyboard == "QWERTY" and repaired.warnings[-1] == "Absolute ACTIF"


@pytest.mark.parametrize("facts", [None, [], "x", {"layout": ["azerty"]}, {"layout": 3}])
@pytest.mark.parametrize("outcome", ["pass", None, [], {}, "PASS"])
def test_a_record_that_is_not_ours_breaks_no_label(facts: Any, outcome: Any) -> None:
    story = Story().audit(disk(1)).add("test.result", name="keyboard", outcome=outcome, reasons=7, facts=facts)
    assert label_from_card(story.card).tag == "PC-0042-2"


OK_INSTALL: dict[str, Any] = {"disk": {}, "profile": {"name": "debian-base"}, "result": "ok", "checks": []}


def through(one: dict[str, Any], result: str = "ok") -> Story:
    """A machine audited, wiped and installed."""
    return Story().audit(one).wipe(one).add("install.completed", **{**OK_INSTALL, "result": result})


def free(card: dict[str, Any]) -> dict[str, Any]:
    """The same machine without its BIOS password."""
    card["machine"]["firmware"] = {}
    card["ready"] = is_ready(card)
    return card


def todo(card: dict[str, Any]) -> str:
    return " | ".join(blocking(card, internal_verdicts(card)))


def test_ready_is_said_only_when_the_projection_says_it_and_nothing_holds_the_machine_back() -> None:
    card = free(through(disk()).card)
    assert card["ready"] is True
    assert label_from_card(card).destiny is Destiny.READY
    assert todo(card) == ""
    for value in (False, None, "yes", 1):
        assert label_from_card({**card, "ready": value}).destiny is Destiny.REVIEW


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"firmware": {"admin_password": True}}, "mot de passe du BIOS"),
        ({"firmware": {"power_on_password": True}}, "mot de passe de démarrage"),
        ({"firmware": {"absolute": "active"}}, "Absolute est ACTIF"),
        ({"sorting": "repair", "repairs": ["changer le clavier"]}, "À réparer : changer le clavier"),
        ({"sorting": "parts", "grade_reason": "processeur 32 bits"}, "pièces seulement (processeur 32 bits)"),
    ],
)
def test_what_holds_a_machine_back_is_said(change: dict[str, Any], words: str) -> None:
    card = free(through(disk()).card)
    firmware = change.pop("firmware", {})
    card["machine"]["firmware"] = firmware
    card.update(change)
    for said in (True, is_ready(card)):
        made = label_from_card({**card, "ready": said})
        assert (made.outcome, made.destiny) == (LabelOutcome.ERASED, Destiny.REVIEW), said
    assert words in todo(card)
    assert is_finished(card) and not is_ready(card), "the record, the server and the label follow one rule"
    assert headline({**card, "ready": is_ready(card)}, ExitCode.OK) is Headline.REVIEW
    assert words in " ".join(" ".join(card_lines({**card, "ready": False})).split())


def test_a_swollen_battery_comes_first() -> None:
    facts = {"battery_swollen": "yes"}
    story = through(disk()).add("test.result", name="condition", outcome="fail", reasons=[], facts=facts)
    card = free(story.card)
    assert label_from_card(card).destiny is Destiny.REVIEW
    assert todo(card).startswith("BATTERIE GONFLÉE")


@pytest.mark.parametrize("result", ["failed", "interrupted", "running", "anything"])
def test_an_installation_that_did_not_end_well_is_to_be_seen_to(result: str) -> None:
    made = label_from_card(free(through(disk(), result).card))
    assert (made.outcome, made.destiny) == (LabelOutcome.ERASED, Destiny.REVIEW)


@pytest.mark.parametrize("verdict", ["FAILED", "ERASED_WITH_EXCEPTIONS"])
def test_a_disk_that_keeps_data_nobody_can_reach_is_to_be_destroyed(verdict: str) -> None:
    one, two = disk(), disk(2)
    card = free(Story().audit(one, two).wipe(two).wipe(one, verdict).card)
    made = label_from_card(card)
    assert (made.outcome, made.destiny) == (LabelOutcome.NOT_ERASED, Destiny.DESTROY)
    assert "Retirer et DÉTRUIRE le disque" in todo(card) and todo(card).count("DÉTRUIRE") == 1
    assert "DISQUE À DÉTRUIRE · ne pas donner" in keep_words(made)


@pytest.mark.parametrize("verdict", ["UNPROVEN", "INTERRUPTED", None, "BRAND_NEW_WORD"])
def test_what_can_be_done_again_is_not_destroyed(verdict: str | None) -> None:
    one = disk()
    card = free(Story().audit(one).wipe(one, verdict).card)
    made = label_from_card(card)
    assert (made.outcome, made.destiny) == (LabelOutcome.NOT_ERASED, Destiny.REVIEW)
    assert "Effacer le disque" in todo(card)


def test_nothing_known_no_disk_and_hidden_disks_are_to_be_seen_to() -> None:
    assert label_from_card({"tag": "PC-0042-2"}).destiny is Destiny.REVIEW
    assert "Auditer" in todo({"tag": "PC-0042-2"})
    none = free(Story().audit().card)
    assert (label_from_card(none).outcome, label_from_card(none).destiny) == (LabelOutcome.NO_DISK, Destiny.REVIEW)
    assert "Aucun disque vu" in todo(none)
    hidden = free(through(disk()).card)
    hidden["machine"]["hidden_disks"] = [{"controller": "RAID"}]
    assert label_from_card(hidden).destiny is Destiny.REVIEW
    assert "AHCI" in todo(hidden)


def test_two_disks_that_look_alike_say_what_to_do() -> None:
    one = disk()
    card = free(Story().audit(one, one).wipe(one).card)
    assert label_from_card(card).destiny is Destiny.REVIEW
    assert "qui se ressemblent" in todo(card)


def test_an_erased_disk_without_its_pc_is_neither_ready_nor_to_be_seen_to() -> None:
    card = free(Story().audit(disk()).wipe(disk()).card)
    card["machine"]["system"] = {"identity_source": "disk"}
    assert label_from_card(card).destiny is None


def test_tests_that_nobody_made_and_that_failed_are_worth_doing() -> None:
    story = through(disk()).add("test.result", name="camera", outcome="fail", reasons=["noire"], facts={})
    card = story.add("test.result", name="sound", outcome="pass", reasons=[], facts={}).card
    said = " | ".join(worth_doing(card))
    assert "En panne aux essais : Caméra" in said and "Essais à faire (recond test) : Écran, Clavier" in said
    assert "Son" not in said
