"""Pieces that pages are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gi.repository import Gdk, GLib, Gtk


def column(*widgets: Any, spacing: int = 10) -> Any:
    """Return the widgets one below the other, in the middle of the window and not wider than is good to read."""
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=spacing, halign=Gtk.Align.CENTER)
    box.set_size_request(700, -1)
    for widget in widgets:
        box.pack_start(widget, widget.get_vexpand(), True, 0)
    return box


def label(text: str, style: str = "", *, width: int = 70) -> Any:
    """Return a text that wraps."""
    made = Gtk.Label(label=text, xalign=0, wrap=True, max_width_chars=width)
    if style:
        made.get_style_context().add_class(style)
    return made


def entry(go_on: Callable[[], None], text: str = "", *, secret: bool = False) -> Any:
    """Return a field in which Enter goes on.

    Not by the window's default button: GTK lets that one wait a quarter of a second, in which a quick Tab goes elsewhere.
    """
    made = Gtk.Entry(text=text, hexpand=True, visibility=not secret)
    made.connect("activate", lambda _: go_on())
    if secret:
        made.set_input_purpose(Gtk.InputPurpose.PASSWORD)
    return made


def asked(text: str, field: Any) -> Any:
    """Return the label of a field, with its keyboard shortcut."""
    return Gtk.Label(label=text, use_underline=True, mnemonic_widget=field, xalign=1)


def restyle(made: Any, style: str) -> None:
    """Show a message as a fault, as good, or as a hint."""
    context = made.get_style_context()
    for name in ("fault", "good", "hint"):
        context.remove_class(name)
    context.add_class(style)


class Choice:
    """A list of which one line is chosen, by arrows or mouse; Enter goes on. `keys[i]` belongs to line i.

    `after`, `before`: what Tab and Shift+Tab lead to. GTK's own list would go through all its lines first.
    """

    def __init__(self, chosen: Callable[[str], None], go_on: Callable[[], None], after: Any, before: Any) -> None:
        self.keys: list[str] = []
        self._chosen, self._quiet = chosen, False
        self._after, self._before = after, before
        self.list = Gtk.ListBox(selection_mode=Gtk.SelectionMode.BROWSE, activate_on_single_click=False)
        self.list.connect("row-selected", self._selected)
        self.list.connect("row-activated", lambda *_: go_on())
        self.list.connect("key-press-event", self._key)
        self.widget = Gtk.ScrolledWindow(
            hscrollbar_policy=Gtk.PolicyType.NEVER, propagate_natural_height=True, vexpand=True
        )
        self.widget.set_min_content_height(130)
        self.widget.add(self.list)

    def fill(self, lines: Sequence[tuple[str, str]], chosen: str) -> None:
        """Show other lines, (key, title) each; `chosen` is selected where it is among them, the first otherwise."""
        self._quiet = True
        for row in self.list.get_children():
            self.list.remove(row)
        self.keys = [key for key, _ in lines]
        for _, title in lines:
            row = Gtk.ListBoxRow()
            row.add(Gtk.Label(label=title, xalign=0))
            self.list.add(row)
        self.list.show_all()
        self._quiet = False
        if self.keys:
            at = self.keys.index(chosen) if chosen in self.keys else 0
            self.list.select_row(self.list.get_row_at_index(at))

    def focus(self) -> None:
        """Give the keyboard to the chosen line."""
        row = self.list.get_selected_row()
        if row is not None:
            # Once the list has its place on the screen, so that it scrolls to the line.
            GLib.idle_add(lambda: row.grab_focus() and False)

    def _key(self, _: Any, event: Any) -> bool:
        if event.keyval not in (Gdk.KEY_Tab, Gdk.KEY_ISO_Left_Tab, Gdk.KEY_KP_Tab):
            return False
        back = event.keyval == Gdk.KEY_ISO_Left_Tab or event.state & Gdk.ModifierType.SHIFT_MASK
        (self._before if back else self._after).grab_focus()
        return True

    def _selected(self, _: Any, row: Any) -> None:
        if row is not None and not self._quiet:
            self._chosen(self.keys[row.get_index()])
