#!/bin/sh
# Run by mmdebstrap on the finished root ($1) of the base layer: trims it, puts aside what is not part of the system
# (kernel, boot loaders, busybox: /recond-out, taken out by the recipe), makes the French key map.
# $RECOND_LOADERS: the packages to unpack without installing them. $RECOND_LEFT_OUT: the file that lists kernel modules to
# leave out.
set -eu
root=$1
out=$root/recond-out
mkdir -p "$out/debs" "$out/loaders"

# Boot loaders, from the same archive as the rest.
(
    cd "$out/debs"
    # shellcheck disable=SC2086 # one word a package
    APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -q -o APT::Sandbox::User=root download $RECOND_LOADERS
    for deb in *.deb; do dpkg-deb -x "$deb" "$out/loaders"; done
)
rm -rf "$out/debs" "$out/loaders/usr/share" "$out/loaders/etc"

# The French keys as a map for loadkeys, made once here instead of by a slow script at each boot; the same in binary
# form for the initrd's busybox.
mkdir -p "$root/usr/share/recond"
chroot "$root" ckbcomp -layout fr -model pc105 > "$root/usr/share/recond/fr.kmap"
chroot "$root" loadkeys -u --bkeymap /usr/share/recond/fr.kmap > "$out/fr.bmap"

# Kernel modules unpacked: squashfs compresses them again, and an old PC does not unpack xz for each.
mv "$root"/boot/vmlinuz-* "$out/vmlinuz"
version=$(ls "$root/usr/lib/modules")
(
    cd "$root/usr/lib/modules/$version/kernel"
    # shellcheck disable=SC2046 # one pattern a line, to be expanded
    rm -rf $(sed 's/#.*//' "$RECOND_LEFT_OUT")
)
find "$root/usr/lib/modules" -name '*.ko.xz' -print0 | xargs -0 -r -P2 -n200 xz -d
chroot "$root" depmod -a "$version"
mkdir -p "$out/modules"
cp -a "$root/usr/lib/modules/$version" "$out/modules/"

# No unit of Debian's is started unless the recond layer asks for it (live-image/units).
rm -rf "$root"/etc/systemd/system/*.wants

# Rules that would change a donor's drive or reach for the network's disks.
rm -f "$root"/usr/lib/udev/rules.d/85-hdparm.rules "$root"/usr/lib/udev/rules.d/96-e2scrub.rules \
    "$root"/usr/lib/udev/rules.d/*nvmf* "$root"/usr/lib/udev/rules.d/*nbft* \
    "$root"/usr/lib/udev/rules.d/90-console-setup.rules

rm -rf "$root"/boot/* "$root"/usr/share/X11 "$root"/usr/share/i18n "$root"/usr/lib/udev/hwdb.d \
    "$root"/var/cache/debconf/* "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/log/* \
    "$root"/usr/lib/klibc "$root"/usr/share/initramfs-tools "$root"/etc/initramfs-tools "$root"/var/lib/dpkg/*-old
find "$root/usr/share/consolefonts" -type f ! -name 'Lat15-*' -delete
find "$root/usr/lib/python3" "$root/usr/lib/python3.13" -type d \( -name test -o -name idlelib -o -name lib2to3 \) \
    -prune -exec rm -rf {} +

: > "$root/etc/machine-id"
# Made by chance at installation: no two builds would be the same, and all sticks of one build would be one host.
rm -f "$root/var/lib/dbus/machine-id" "$root/etc/nvme/hostid" "$root/etc/nvme/hostnqn"
