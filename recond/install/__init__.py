"""ACT: one file an install step: partition, unpack, configure, bootloader, check."""
