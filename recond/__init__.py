"""recond reconditions donated PCs: audit, wipe, install, label, record."""

__version__ = "0.1.0"
