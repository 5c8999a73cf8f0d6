"""What several commands share; not commands themselves, and not imported until one of them runs."""
