"""The login screen of the desktop: which one there is, and opening the owner's session without a password."""

from __future__ import annotations

from owner.system import System

LIGHTDM = "/etc/lightdm/lightdm.conf.d/60-recond-owner.conf"
SDDM = "/etc/sddm.conf.d/60-recond-owner.conf"
GDM = "/etc/gdm3/daemon.conf"


def manager(system: System) -> str | None:
    """Return the name of the login screen's program: lightdm, sddm, gdm3; None on a console system or for another one."""
    told = system.read("/etc/X11/default-display-manager").strip().rpartition("/")[2]
    names = [told] if told else ["lightdm", "sddm", "gdm3"]
    return next((name for name in names if name in ("lightdm", "sddm", "gdm3") and system.has(name)), None)


def set_autologin(login: str | None, system: System) -> None:
    """Open this user's session at each start, or nobody's (None)."""
    for name in (LIGHTDM, SDDM):
        system.remove(name)
    kind = manager(system)
    if kind == "gdm3" and (login or "AutomaticLogin" in system.read(GDM)):
        system.write(GDM, _gdm(system.read(GDM), login))
    if login is None:
        return
    if kind == "lightdm":
        system.write(LIGHTDM, f"[Seat:*]\nautologin-user={login}\nautologin-user-timeout=0\n")
    elif kind == "sddm":
        system.write(SDDM, f"[Autologin]\nUser={login}\nSession={_session(system)}\n")


def _session(system: System) -> str:
    # sddm opens nothing by itself unless it is told which session; X before Wayland, as the desktops' own default here.
    for folder in ("xsessions", "wayland-sessions"):
        for path in sorted(system.path(f"/usr/share/{folder}").glob("*.desktop")):
            if "failsafe" not in path.stem and path.stem not in ("openbox", "lightdm-xsession"):
                return path.stem
    return ""


def _gdm(text: str, login: str | None) -> str:
    lines = [line for line in text.splitlines() if not line.startswith("AutomaticLogin")]
    if "[daemon]" not in lines:
        lines = ["[daemon]", *lines]
    if login:
        at = lines.index("[daemon]") + 1
        lines[at:at] = ["AutomaticLoginEnable=true", f"AutomaticLogin={login}"]
    return "\n".join(lines) + "\n"
