"""ACT: one file an erase method, found by scanning this package."""
