"""The first questions on a graphical screen, in GTK 3: a window without a window manager, usable by keyboard alone."""
