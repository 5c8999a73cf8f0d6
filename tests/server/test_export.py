"""The table for a spreadsheet: read back as one reads it, and a hostile text stays a text."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

from django.test import Client

from tests.server.story import NVME, Story, disk, machine
from tests.server.test_pages import browser, number, send
from tests.server.test_workshop import account, ready

__all__ = ["browser"]


def test_every_machine_has_its_row(browser: Client) -> None:
    good, bad = ready(), Story(number(), lot="=1+1")
    found = machine(disk(NVME))
    send(bad.audit(replace(found, system=replace(found.system, manufacturer="=HYPERLINK(1)"))))
    answer = browser.get("/chiffres/machines.csv")
    data = answer.getvalue()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = {row["Étiquette"]: row for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";")}
    assert rows[good.tag]["Prête"] == "oui" and rows[good.tag]["État"] == "PRÊTE" and rows[bad.tag]["Prête"] == "non"
    assert not [cell for row in rows.values() for cell in row.values() if cell.startswith("=")]
    assert account(f"x{number()}", "lecture").get("/chiffres/machines.csv").status_code == 403
