"""ACT: one file an erase method; see method.py for what a method is and registry.py for how they are found."""
