"""Make an installed system of a live one: the start kit laid over it, its live packages removed, a new initrd."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from recond.core.errors import InstallFailed
from recond.core.liveimage import LiveRoot
from recond.core.ports import Command
from recond.core.words import N_
from recond.install import box
from recond.install.context import HINT, Access, Context

NAME = "live-system"
TITLE = N_("Système live")
ORDER = 45
ACCESS = Access.WRITING
WEIGHT = 40

POLICY = "usr/sbin/policy-rc.d"
NO_SERVICES = "#!/bin/sh\n# Services wait for the first start.\nexit 101\n"

MENU_HOOK = """\
#!/bin/sh
# A live system comes without update-grub: the menu follows the newest kernel. With update-grub it is that one's affair.
[ ! -x /usr/sbin/update-grub ] || exit 0
set -eu
menu=/boot/grub/grub.cfg
newest=$(cd /boot && ls initrd.img-* | sed "s/^initrd.img-//" | sort -V | tail -n 1)
[ -n "$newest" ] && [ -e "/boot/vmlinuz-$newest" ] || exit 0
sed "s#/boot/vmlinuz-[^ ]*#/boot/vmlinuz-$newest#; s#/boot/initrd.img-.*#/boot/initrd.img-$newest#" "$menu" > "$menu.new"
mv "$menu.new" "$menu"
"""
HOOKS = ("etc/kernel/postinst.d/zz-recond-menu", "etc/kernel/postrm.d/zz-recond-menu")

DESKTOP = "etc/systemd/system/display-manager.service.d/recond-owner.conf"
AFTER_OWNER = """\
# The desktop waits until the computer has an owner; the first console asks.
[Unit]
ConditionPathExists=/var/lib/recond/owner.done
"""
CONSOLE = "etc/systemd/system/getty@tty1.service.d/recond-welcome.conf"
FIRST_CONSOLE = """\
# Until the computer has an owner, its first console asks for one; then the desktop starts, or an ordinary login.
[Service]
ExecStart=
ExecStart=-/usr/lib/recond/first-console
StandardInput=tty
StandardOutput=tty
"""
PROGRAM = "usr/lib/recond/first-console"
FIRST_PROGRAM = """\
#!/bin/sh
# The first questions once; afterwards the desktop, when there is one.
if [ ! -e /var/lib/recond/owner.done ]; then
    export LANG=C.UTF-8 PYTHONUTF8=1
    until /usr/lib/recond/welcome; do sleep 2; done
    systemctl --no-block start display-manager.service 2>/dev/null || true
fi
exec /usr/lib/recond/console-login
"""


KIT_FOLDERS = (
    *("boot/grub", "usr/lib/shim", "usr/lib/grub", "usr/lib/grub/x86_64-efi-signed", "usr/lib/recond"),
    *("etc/systemd/system", "etc/systemd/system/multi-user.target.wants", "etc/udev/rules.d"),
    "etc/systemd/system/getty@tty1.service.d",
)


def wanted(ctx: Context) -> bool:
    """Only for image profiles."""
    return ctx.image.live is not None


def run(ctx: Context) -> None:
    """Raises InstallFailed when the live system does not let itself be changed."""
    live = ctx.image.live
    assert live is not None
    _mark(ctx)
    _lay_kit(ctx, live)
    ctx.share = 0.1
    _kernel(ctx, live)
    _owner_first(ctx)
    ctx.write(POLICY, NO_SERVICES, 0o755)
    try:
        _remove(ctx, live)
        ctx.share = 0.5
        _locale(ctx)
        ctx.share = 0.6
        _initrd(ctx)
    finally:
        (ctx.root / POLICY).unlink(missing_ok=True)


def _mark(ctx: Context) -> None:
    # Whatever is written from now on has a later change time than this file; the check at the end goes by that.
    time.sleep(0.02)  # longer than the kernel's clock tick for time stamps
    inside = ctx.inside("recond-unpacked")
    inside.write_bytes(b"")
    ctx.unpacked_ns = inside.stat().st_ctime_ns
    inside.unlink()


def _lay_kit(ctx: Context, live: LiveRoot) -> None:
    if hashlib.sha256(Path(live.kit).read_bytes()).hexdigest() != live.kit_sha256:
        raise InstallFailed(N_("{kit} a changé pendant l'installation").format(kit=live.kit), HINT)
    for name in KIT_FOLDERS:
        ctx.inside(f"{name}/x")  # a link out of the image must not lead the kit into the running system
    argv = ("setpriv", "--pdeathsig", "KILL", "unsquashfs", "-force", "-no-progress", "-dest", str(ctx.root), live.kit)
    target = ctx.path(ctx.layout.root)
    done = ctx.host.run(Command(argv, timeout_s=900, destroys=target), ctx.warrant)
    if not done.ok:
        raise InstallFailed(
            N_("{disk} : le nécessaire de démarrage : {explain}").format(
                disk=ctx.disk.describe(), explain=done.explain()
            ),
            HINT,
        )


def _kernel(ctx: Context, live: LiveRoot) -> None:
    if live.kernel is None:
        return
    version, offset, size = live.kernel
    with Path(ctx.image.path).open("rb") as file:
        file.seek(offset)
        target = ctx.inside(f"boot/vmlinuz-{version}")
        target.write_bytes(file.read(size))
        target.chmod(0o644)


def _owner_first(ctx: Context) -> None:
    for name in HOOKS:
        ctx.write(name, MENU_HOOK, 0o755)
    ctx.write(PROGRAM, FIRST_PROGRAM, 0o755)
    ctx.write(CONSOLE, FIRST_CONSOLE)
    ctx.write(DESKTOP, AFTER_OWNER)


def installed(status: str) -> list[str]:
    """Return the installed packages in dpkg's status file."""
    names = []
    for block in status.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and line[0] not in " \t")
        if fields.get("Status", "").endswith(" installed") and "Package" in fields:
            names.append(fields["Package"])
    return names


def _status(ctx: Context) -> list[str]:
    return installed(ctx.inside("var/lib/dpkg/status").read_text(errors="replace"))


def _remove(ctx: Context, live: LiveRoot) -> None:
    gone = sorted({name for name in _status(ctx) if live.removes(name)})
    if not gone:
        return
    argv = ("apt-get", "--yes", "--purge", "-o", "Dpkg::Use-Pty=0", "-o", "APT::Get::AutomaticRemove=false", "remove")
    done = box.run(ctx, *argv, *gone)
    left = [name for name in _status(ctx) if live.removes(name)]
    if left:
        raise InstallFailed(
            N_("{name} : {left} ne se laisse pas retirer ({explain})").format(
                name=ctx.image.name, left=", ".join(left[:4]), explain=done.explain()
            ),
            N_("retirez ce système de la clé, ou corrigez image.remove dans son profile.toml"),
        )
    ctx.notes.append(N_("paquets du système live retirés : {gone}").format(gone=", ".join(gone)))


def _locale(ctx: Context) -> None:
    name = ctx.settings.locale
    table = ctx.inside("etc/locale.gen")
    if not (ctx.inside("usr/sbin/locale-gen").exists() and table.is_file()):
        ctx.notes.append(N_("{name} n'a pas pu être faite : pas de locale-gen dans l'image").format(name=name))
        return
    lines = [line for line in table.read_text().splitlines() if line.strip().lstrip("# ") != f"{name} UTF-8"]
    ctx.write("etc/locale.gen", "\n".join([*lines, f"{name} UTF-8"]) + "\n")
    done = box.run(ctx, "locale-gen")
    if not done.ok:
        ctx.notes.append(N_("{name} n'a pas pu être faite : {explain}").format(name=name, explain=done.explain()))


def _initrd(ctx: Context) -> None:
    kernels = sorted(path.name.removeprefix("vmlinuz-") for path in (ctx.root / "boot").glob("vmlinuz-*"))
    for number, version in enumerate(kernels):
        # What the live initrd knew of its medium; -c makes it anew whatever was there.
        ctx.inside(f"boot/initrd.img-{version}").unlink(missing_ok=True)
        done = box.run(ctx, "update-initramfs", "-c", "-k", version)
        if not done.ok or not (ctx.root / f"boot/initrd.img-{version}").is_file():
            raise InstallFailed(
                N_("{name} : l'initrd du noyau {version} n'a pas pu être fait ({explain})").format(
                    name=ctx.image.name, version=version, explain=done.explain()
                ),
                HINT,
            )
        ctx.share = 0.6 + 0.4 * (number + 1) / len(kernels)
