"""TELL: a layout in millimetres, drawn once as a 1-bit bitmap; printers/ turns it into each printer's language."""
