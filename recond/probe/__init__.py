"""READ: one file a source. Each names what it asks the host and turns the answer into facts of `core`."""
