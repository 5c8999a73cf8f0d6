"""Which machine is this? The server's rules over real audits, and a person's word where they do not decide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from recond.core.machine import Battery, Machine, Network
from tests.server.story import HDD, NVME, Story, disk, machine
from tests.server.test_pages import Page, browser, number, send
from tests.server.test_workshop import account, place, text

__all__ = ["browser"]


def a_machine(n: int, *disks: Any, **system: Any) -> Machine:
    """Return a machine with numbers of its own."""
    base = machine(*(disks or (disk(NVME),)))
    own = {
        "serial": f"PF{n:08d}",
        "board_serial": f"L1HF{n:07d}",
        "uuid": f"4c4c4544-0042-3510-8054-{n:012x}",
        **system,
    }
    nic = Network(name="enp0s31f6", kind="ethernet", mac=f"54:e1:ad:{n >> 16 & 255:02x}:{n >> 8 & 255:02x}:{n & 255:02x}",
                  bus="pci", permanent=True)  # fmt: skip
    return replace(
        base,
        system=replace(base.system, **own),
        networks=(nic,),
        batteries=(Battery("BAT0", 48_000, 41_900, 87, 212, f"B{n:07d}"),),
    )


def met(found: Machine, n: int | None = None, tag: bool = True) -> Story:
    """Send an audit of it as a new machine of its own uid, and return its story."""
    story = Story(n or number(), lot=None)
    if not tag:
        story.tag = None  # type: ignore[assignment]
    story.audit(found)
    send(story)
    return story


@pytest.fixture
def stick(site: object) -> Client:
    from recond.server import tokens

    return Client(headers={"Authorization": f"Bearer {tokens.new_stick('essai')}", "host": "127.0.0.1:8017"})


def looked_up(stick: Client, found: Machine, tag: str | None = None) -> list[tuple[str, bool]]:
    """Ask the server as a stick does: the tag when there is one, the good fingerprints, the model."""
    from recond.core.identity import Quality, fingerprints

    prints = [f"{one.kind}:{one.value}" for one in fingerprints(found) if one.quality is Quality.GOOD]
    asked = {
        "print": prints,
        "model": f"{found.system.manufacturer} {found.system.product}",
        **({"tag": tag} if tag else {}),
    }
    answer = stick.get("/api/v1/machines/lookup", asked)
    assert answer.status_code == 200, answer.content
    return [(one["uid"], one["sole"]) for one in answer.json()["machines"]]


def pairs_of(story: Story) -> set[str]:
    from django.db.models import Q

    from recond.server.models import Pair

    rows = Pair.objects.filter(Q(one=story.uid) | Q(other=story.uid), said=Pair.Said.OPEN)
    return {row.other if row.one == story.uid else row.one for row in rows}


def test_met_again_without_its_disks_it_is_the_same(stick: Client) -> None:
    n = number()
    story = met(a_machine(n))
    bare = replace(a_machine(n), disks=())
    assert looked_up(stick, bare) == [(story.uid, True)]


def test_two_boards_with_the_same_junk_serial_are_two(stick: Client) -> None:
    n = number()
    junk = {
        "serial": "To be filled by O.E.M.",
        "board_serial": "123456789",
        "uuid": "03000200-0400-0500-0006-000700080009",
    }
    one = met(a_machine(n, **junk))
    other = a_machine(n + 1, **junk)
    assert looked_up(stick, other) == []
    two = met(other)
    assert pairs_of(one) == pairs_of(two) == set()


def test_a_serial_that_no_list_knows_and_a_fleet_bears_tells_nobody(stick: Client) -> None:
    fleet = f"FLEET{number()}X"
    stories = [met(a_machine(number(), serial=fleet, uuid=None)) for _ in range(2)]
    # Met under two tags: shared, for all.
    assert looked_up(stick, a_machine(number(), serial=fleet, uuid=None)) == []
    assert pairs_of(stories[0]) == set()


def test_a_changed_mainboard_keeps_its_tag_and_is_found_by_it(stick: Client) -> None:
    n = number()
    story = met(a_machine(n))
    fresh = a_machine(n + 1)  # new serial numbers, UUID and MAC came with the board; the battery stayed
    fresh = replace(fresh, batteries=a_machine(n).batteries)
    assert looked_up(stick, fresh) == [], "one battery alone is not a machine"
    assert looked_up(stick, fresh, story.tag) == [(story.uid, True)]


def test_a_battery_moved_to_another_machine_moves_no_identity(stick: Client) -> None:
    n = number()
    one = met(a_machine(n))
    other = replace(a_machine(n + 7), batteries=a_machine(n).batteries)
    assert looked_up(stick, other) == []
    assert pairs_of(met(other)) == set() and pairs_of(one) == set()


def test_one_serial_and_the_same_model_are_enough_unless_something_contradicts(stick: Client) -> None:
    n = number()
    only = a_machine(n, uuid=None, board_serial=None)
    only = replace(only, networks=(), batteries=())
    story = met(only)
    assert looked_up(stick, only) == [(story.uid, True)]
    assert looked_up(stick, replace(only, system=replace(only.system, product="OptiPlex 7040"))) == []
    other_board = replace(only, system=replace(only.system, board_serial=f"OTHER{n}"))
    with_board = met(replace(a_machine(n + 3), system=replace(a_machine(n + 3).system, serial=f"PF{n:08d}")))
    assert with_board.uid not in {uid for uid, sole in looked_up(stick, other_board) if sole}


def test_a_tie_is_for_a_person(stick: Client, browser: Client) -> None:
    n = number()
    one, two = met(a_machine(n), tag=False), met(a_machine(n), tag=False)
    found = looked_up(stick, a_machine(n))
    assert {uid for uid, _ in found} == {one.uid, two.uid} and not any(sole for _, sole in found)
    assert pairs_of(one) == {two.uid}
    from recond.server.models import Card

    assert Card.objects.filter(pk__in=[one.uid, two.uid]).count() == 2, "nothing is joined by itself"
    page = text(browser, "/a-traiter/doubles/")
    assert f"n° de série pf{n:08d}" in page and "Deux machines" in page


def doubt(one: Story, two: Story) -> int:
    from recond.server.models import Pair

    first, second = sorted((one.uid, two.uid))
    return int(Pair.objects.get(one=first, other=second).pk)


def card(uid: str) -> dict[str, Any]:
    from recond.server.models import Card

    body: dict[str, Any] = Card.objects.get(pk=uid).body
    return body


def test_joined_by_a_person_and_taken_back(browser: Client) -> None:
    from recond.server.models import Action, Card, Event

    n = number()
    found = a_machine(n, disk(NVME), disk(HDD))
    first, second = met(found, n + 1), met(found, n + 2)
    assert pairs_of(first) == {second.uid}
    more = Story(n + 3, uid=second.uid, lot=None)
    more.tag = second.tag
    send(more.wipe(NVME).wipe(HDD))
    alone = card(first.uid), card(second.uid)
    lea = account(f"lea{n}", "bénévole")
    answer = lea.post(f"/a-traiter/doubles/{doubt(first, second)}", {"keep": first.uid})
    assert answer.status_code == 302 and answer.headers["Location"] == f"/machines/{first.uid}/identite"
    joined = card(first.uid)
    assert {one["wipe"] for one in joined["disks"]} == {"ERASED"} and joined["tag"] == first.tag
    assert not Card.objects.filter(pk=second.uid).exists()
    assert lea.get(f"/machines/{second.uid}/").headers["Location"] == f"/machines/{first.uid}/"
    # The stick goes on with the uid it knows: its events come to the card that stayed.
    again = Story(n + 4, uid=second.uid, lot=None)
    again.tag = second.tag
    send(again.add("note.added", {"text": "revue"}))
    assert [one["text"] for one in card(first.uid)["notes"]] == ["revue"]
    said = Event.objects.get(type="identity.merge", uid=first.uid)
    assert '"operator":"lea' in said.body and Action.objects.filter(what="identité", detail__contains=said.pk).exists()
    assert lea.post(f"/identite/{said.pk}/annuler").status_code == 302
    assert card(second.uid)["notes"] and not card(first.uid)["notes"]
    for uid, before in zip((first.uid, second.uid), alone, strict=True):
        now = card(uid)
        assert {key: now[key] for key in ("disks", "machine", "tag", "install")} == {
            key: before[key] for key in ("disks", "machine", "tag", "install")
        }
    assert lea.post(f"/identite/{said.pk}/annuler").status_code == 409, "it was taken back already"
    assert pairs_of(first) == set(), "and nobody is asked again"


def test_two_machines_in_one_card_are_parted_and_joined_again(browser: Client) -> None:
    n = number()
    story = met(a_machine(n), n)
    wrong = Story(n + 1, uid=story.uid, lot=None)  # a tag typed on another machine
    wrong.tag = story.tag
    send(wrong.audit(a_machine(n + 50)))
    assert card(story.uid)["machine"]["system"]["serial"] == f"PF{n + 50:08d}"
    answer = browser.post(f"/machines/{story.uid}/identite", {"runs": [wrong.run]})
    new = answer.headers["Location"].split("/")[2]
    assert card(story.uid)["machine"]["system"]["serial"] == f"PF{n:08d}"
    assert card(new)["machine"]["system"]["serial"] == f"PF{n + 50:08d}"
    assert browser.post(f"/machines/{story.uid}/identite", {"runs": [story.run]}).status_code == 409, (
        "nothing would remain"
    )
    page = text(browser, f"/machines/{new}/identite")
    assert "Fiche séparée" in page
    from recond.server.models import Card, Event

    said = Event.objects.get(type="identity.split", uid=story.uid)
    assert browser.post(f"/identite/{said.pk}/annuler").status_code == 302
    assert card(story.uid)["machine"]["system"]["serial"] == f"PF{n + 50:08d}"
    assert not Card.objects.filter(pk=new).exists()


def test_a_chain_of_joinings_is_undone_in_any_order(browser: Client) -> None:
    from recond.server import joining
    from recond.server.models import Card

    a, b, c = (met(a_machine(number())) for _ in range(3))
    ab = joining.merge(b.uid, a.uid, "léa")
    bc = joining.merge(c.uid, b.uid, "léa")
    assert set(Card.objects.filter(pk__in=[a.uid, b.uid, c.uid]).values_list("pk", flat=True)) == {c.uid}
    joining.undo(ab, "léa")
    assert card(a.uid)["tag"] == a.tag and card(c.uid)["tag"] == c.tag
    joining.undo(bc, "léa")
    assert {card(one.uid)["tag"] for one in (a, b, c)} == {a.tag, b.tag, c.tag}
    with pytest.raises(joining.Impossible):
        joining.merge(a.uid, a.uid, "léa")


def test_what_is_out_stays_out_under_its_other_uid(browser: Client) -> None:
    from recond.server import joining, stock
    from recond.server.models import Card
    from tests.server.test_workshop import give, ready

    out, other = ready(), met(a_machine(number()))
    assert give(browser, out) == 302
    joining.merge(other.uid, out.uid, "léa")
    assert stock.out_now(other.uid) is not None
    assert stock.why_not_ready(Card.objects.get(pk=other.uid)) is not None


def test_a_stick_joins_nothing(stick: Client) -> None:
    from recond.core import canonical
    from recond.server.models import Card, Reassigned

    one, two = met(a_machine(number())), met(a_machine(number()))
    forged = Story(number(), uid=one.uid).add("identity.merge", {"from": two.uid, "into": one.uid})
    forged.events[0]["actor"] = {"operator": "léa", "stick": "serveur"}
    answer = stick.post("/api/v1/events", canonical.encode(forged.events[0]), content_type="application/x-ndjson")
    assert answer.json()["results"][0]["status"] == "stored"
    assert Card.objects.filter(pk=two.uid).exists() and not Reassigned.objects.filter(uid=two.uid).exists()


def test_only_who_sees_both_says(browser: Client) -> None:
    n = number()
    here = place(f"Atelier {n}")
    one, two = met(a_machine(n), tag=False), met(a_machine(n), tag=False)
    assert browser.post(f"/machines/{one.uid}/deplacer", {"place": here}).status_code == 302
    nearby, reader = account(f"near{n}", "bénévole", f"Atelier {n}"), account(f"read{n}", "lecture")
    pk = doubt(one, two)
    assert nearby.post(f"/a-traiter/doubles/{pk}", {"keep": one.uid}).status_code == 404
    assert f"pf{n:08d}" not in text(nearby, "/a-traiter/doubles/")
    assert reader.post(f"/a-traiter/doubles/{pk}", {"keep": one.uid}).status_code == 403
    assert pairs_of(one) == {two.uid}
    all_ = account(f"all{n}", "responsable")
    assert all_.post(f"/a-traiter/doubles/{pk}", {"keep": ""}).status_code == 302
    send(Story(n, uid=one.uid, lot=None).audit(a_machine(n)))
    assert pairs_of(one) == set(), "said once, kept"
    assert Page(all_.get(f"/machines/{one.uid}/identite").content.decode()).text


def test_every_card_can_be_made_again_from_the_events(browser: Client) -> None:
    """Joined, parted or neither: what `recond serve --rebuild` makes is what was there."""
    from recond.server import cards, joining
    from recond.server.models import Card, Words

    n = number()
    a, b, c = met(a_machine(n), n), met(a_machine(n + 1), n + 1), met(a_machine(n + 2), n + 2)
    more = Story(n + 3, uid=c.uid, lot=None)
    more.tag = c.tag
    send(more.audit(a_machine(n + 9)))
    joining.merge(a.uid, b.uid, "léa")
    new, _ = joining.split(c.uid, [more.run], "léa")
    uids = [a.uid, c.uid, new]
    before = list(Card.objects.filter(pk__in=uids).order_by("pk").values_list("pk", "tag", "word", "body"))
    Card.objects.filter(pk__in=[a.uid, c.uid]).delete()
    Card.objects.filter(pk=new).update(body={}, word="x", tag="x")
    assert cards.rebuild_all() >= 3
    assert list(Card.objects.filter(pk__in=uids).order_by("pk").values_list("pk", "tag", "word", "body")) == before
    assert Words.objects.filter(card__in=uids).count() == 3 and not Card.objects.filter(pk=b.uid).exists()
