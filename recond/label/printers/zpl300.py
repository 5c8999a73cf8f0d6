"""Zebra printers with a head of 300 dots an inch (ZD421 and its like in their finer version)."""

from __future__ import annotations

from recond.label.printers.zpl import Zpl

PRINTER = Zpl("zpl300", 300)
