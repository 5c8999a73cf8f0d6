"""Matching: every combination of memory, processor, disk and chassis gets an answer with its reason."""

from __future__ import annotations

from itertools import product

import pytest

from recond.core.disk import Medium
from recond.core.machine import Chassis, Cpu, Machine, Memory, System
from recond.core.matching import FAST, Match, Need, Target, fit, match
from recond.core.profile import GIB, Profile

XFCE = Profile("debian-xfce", "Debian 13 Xfce", "x", 2 * GIB, 4 * GIB, 12 * GIB, 1, 50)
LXQT = Profile("debian-lxqt", "Debian 13 LXQt", "x", 1 * GIB, 1 * GIB, 10 * GIB, 1, 30, max_ram_bytes=2 * GIB)
GNOME = Profile(
    "debian-gnome", "GNOME", "x", 8 * GIB, 8 * GIB, 16 * GIB, 2, 40, ssd=True, prefers_ssd=True, prefers_touch=True
)
SCHOOL = Profile("debian-school", "École", "x", 4 * GIB, 4 * GIB, 16 * GIB, 1, 20)
BASE = Profile("debian-base", "Console", "x", GIB // 2, GIB, 3 * GIB, 1, 1, auto=False)
ALL = (XFCE, LXQT, GNOME, SCHOOL, BASE)
"""The table of the field's requirements: 2 GB (4 comfortable), 1 to 2 GB, 8 GB + v2 + SSD, 4 GB, anything."""

MEMORIES = (None, *(int(size * GIB) for size in (0.25, 0.5, 0.75, 1, 1.5, 2, 3, 3.7, 4, 6, 7.7, 8, 16, 64)))
LEVELS = (("32", None, False), ("?", None, None), *((str(n), n, True) for n in (1, 2, 3, 4)))
SIZES = (None, *(int(size * 10**9) for size in (2, 4, 8, 16, 32, 64, 120, 500, 2000)))
MEDIA = tuple(Medium)


def machine(ram: int | None, level: tuple[str, int | None, bool | None], chassis: Chassis) -> Machine:
    return Machine(
        system=System(chassis=chassis), cpu=Cpu(level=level[1], is_64bit=level[2]), memory=Memory(total_bytes=ram)
    )


def answer(
    ram: int | None, level: tuple[str, int | None, bool | None], size: int | None, medium: Medium, kind: Chassis
) -> Match:
    return match(ALL, machine(ram, level, kind), () if size is None else (Target(size, medium),))


def test_every_combination_has_a_reasoned_answer() -> None:
    seen = set()
    for ram, level, size, medium, kind in product(MEMORIES, LEVELS, SIZES, MEDIA, Chassis):
        found = answer(ram, level, size, medium, kind)
        assert {one.profile.name for one in found.fits} == {one.name for one in ALL}
        assert all(one.why for one in found.fits)
        assert " -> " in found.explanation and "None" not in found.explanation
        if found.chosen is None:
            assert found.advice, "a way out"
            assert all(one.missing for one in found.fits if one.profile.auto)
        else:
            assert found.advice is None and found.chosen.auto
            (chosen,) = [one for one in found.fits if one.profile is found.chosen]
            assert not chosen.missing and found.chosen.title in found.explanation
        # Each system that was left for a lack is named with it.
        for one in found.fits:
            if one.missing and one.profile.auto:
                assert f"{one.profile.title} : {one.why}" in found.explanation
        seen.add(found.chosen.name if found.chosen else None)
    assert seen == {"debian-xfce", "debian-lxqt", "debian-gnome", None}


@pytest.mark.parametrize("kind", list(Chassis))
def test_more_memory_a_bigger_disk_or_a_better_processor_never_loses_a_system(kind: Chassis) -> None:
    sizes, memories = [s for s in SIZES if s], [m for m in MEMORIES if m]
    for level, medium in product(LEVELS[2:], MEDIA):
        for ram, size in product(memories, sizes):
            fitting = {one.profile.name for one in answer(ram, level, size, medium, kind).fits if not one.missing}
            for more in ((r, level, size) for r in memories if r > ram):
                assert fitting <= _fitting(*more, medium, kind)
            for more in ((ram, level, s) for s in sizes if s > size):
                assert fitting <= _fitting(*more, medium, kind)
            for better in LEVELS[2:]:
                if (better[1] or 0) > (level[1] or 0):
                    assert fitting <= _fitting(ram, better, size, medium, kind)
            if medium not in FAST:
                assert fitting <= _fitting(ram, level, size, Medium.SSD, kind)


_KEPT: dict[tuple[object, ...], set[str]] = {}


def _fitting(
    ram: int, level: tuple[str, int | None, bool | None], size: int, medium: Medium, kind: Chassis
) -> set[str]:
    key = (ram, level, size, medium, kind)
    if key not in _KEPT:
        _KEPT[key] = {one.profile.name for one in answer(*key).fits if not one.missing}
    return _KEPT[key]


V2 = ("2", 2, True)


@pytest.mark.parametrize(
    ("ram", "level", "disk", "chosen", "says"),
    [
        (
            4,
            V2,
            (250, Medium.HDD),
            "debian-xfce",
            "4 Go de mémoire, x86-64-v2, un disque de 250 Go -> Debian 13 Xfce ; ",
        ),
        (4, V2, (250, Medium.HDD), "debian-xfce", "GNOME : demande 8 Go de mémoire, demande un SSD"),
        (8, V2, (250, Medium.SSD), "debian-gnome", "8 Go de mémoire, x86-64-v2, un SSD de 250 Go -> GNOME"),
        (8, V2, (250, Medium.HDD), "debian-xfce", "GNOME : demande un SSD"),
        (8, ("1", 1, True), (250, Medium.NVME), "debian-xfce", "GNOME : demande un processeur x86-64-v2"),
        (2, V2, (250, Medium.HDD), "debian-lxqt", "Debian 13 LXQt"),
        (1, V2, (250, Medium.HDD), "debian-lxqt", "Debian 13 Xfce : demande 2 Go de mémoire"),
        (3, V2, (250, Medium.HDD), "debian-lxqt", "Debian 13 LXQt"),
        (7.7, V2, (32, Medium.NVME), "debian-gnome", "GNOME"),
        (16, V2, (14, Medium.FLASH), "debian-xfce", "École : demande un disque de 17 Go"),
    ],
)
def test_the_choice(ram: float, level: tuple[str, int, bool], disk: tuple[int, Medium], chosen: str, says: str) -> None:
    found = answer(int(ram * GIB), level, disk[0] * 10**9, disk[1], Chassis.LAPTOP)
    assert found.chosen is not None and found.chosen.name == chosen
    assert says in found.explanation


@pytest.mark.parametrize(
    ("ram", "level", "size", "advice"),
    [
        (0.5, V2, 250, "ajoutez de la mémoire, 1 Go en tout (pour Debian 13 LXQt)"),
        (8, ("32", None, False), 250, "PC 32 bits : pour pièces ou recyclage"),
        (8, V2, 4, "mettez un disque d'au moins 11 Go (pour Debian 13 LXQt)"),
        (8, V2, None, "mettez un disque"),
        (0.5, V2, None, "ajoutez de la mémoire, 1 Go en tout et mettez un disque d'au moins 11 Go"),
    ],
)
def test_the_way_out(ram: float, level: tuple[str, int | None, bool | None], size: int | None, advice: str) -> None:
    found = answer(int(ram * GIB), level, size and size * 10**9, Medium.SSD, Chassis.DESKTOP)
    assert found.chosen is None and found.advice is not None and advice in found.advice


def test_a_system_only_for_persons_is_chosen_when_the_stick_has_no_other() -> None:
    small = machine(GIB, V2, Chassis.LAPTOP)
    assert match((BASE,), small, (Target(8 * 10**9),)).chosen is BASE
    assert match((BASE, GNOME), small, (Target(8 * 10**9),)).chosen is None


def test_a_system_for_some_computers_leaves_the_others_but_not_the_unknown() -> None:
    tablet = Profile("t", "Tablette", "x", GIB, GIB, GIB, 1, 90, chassis=(Chassis.TABLET,))
    disk = (Target(64 * 10**9, Medium.FLASH),)
    for kind in Chassis:
        found = fit(tablet, machine(4 * GIB, V2, kind), disk)
        lacks = [lack.need for lack in found.missing]
        assert lacks == ([] if kind in (Chassis.TABLET, Chassis.UNKNOWN) else [Need.CHASSIS])


def test_a_touch_screen_comes_before_priority() -> None:
    touch = Profile("touch", "Tactile", "x", GIB, GIB, GIB, 1, 0, prefers_touch=True)
    disk = (Target(64 * 10**9, Medium.SSD),)
    assert match((XFCE, touch), machine(8 * GIB, V2, Chassis.TABLET), disk).chosen is touch
    assert match((XFCE, touch), machine(8 * GIB, V2, Chassis.LAPTOP), disk).chosen is XFCE


def test_two_disks_are_judged_together_but_an_ssd_must_be_big_enough_itself() -> None:
    big = machine(16 * GIB, V2, Chassis.DESKTOP)
    hard, small, right = Target(10**12, Medium.HDD), Target(8 * 10**9, Medium.SSD), Target(120 * 10**9, Medium.SSD)
    assert [one.need for one in fit(GNOME, big, (hard, small)).missing] == [Need.SSD]
    assert not fit(GNOME, big, (hard, right)).missing
    assert "SSD de 120 Go" in match(ALL, big, (hard, right)).explanation


def test_no_system_at_all() -> None:
    found = match((), machine(4 * GIB, V2, Chassis.LAPTOP), (Target(10**11),))
    assert found.chosen is None and "aucun système sur la clé" in found.explanation and found.advice
