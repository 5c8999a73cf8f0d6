"""rich screens: state in, renderable out. No flow and no host is imported here."""
