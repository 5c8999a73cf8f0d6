"""Facts and decisions. Pure: no clock, no I/O, no subprocess, no import of another room."""
