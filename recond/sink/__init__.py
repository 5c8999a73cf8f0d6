"""KEEP: one file a destination: the stick's journal, the outbox to the server, exports."""
