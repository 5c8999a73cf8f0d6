"""Use cases: they order the steps of the other rooms and emit events. They know no screen and no operating system."""
