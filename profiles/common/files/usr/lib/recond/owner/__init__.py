"""The first start on the new owner's PC: rules, texts and deeds that the text and the graphical questions share.

Runs on the installed system with Debian's own Python and its standard library alone.
"""
