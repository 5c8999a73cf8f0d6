"""How `profiles/build` makes the image of a profile: its source read and checked, a root made, packed, kept."""
