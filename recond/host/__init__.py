"""The only door to the operating system: run(), block devices, udev, sysfs, clock, recording and replay."""
