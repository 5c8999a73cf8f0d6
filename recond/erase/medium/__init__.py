"""What the methods share: patterns, sweeps over a whole disk, retries, marks. No method lives here."""
