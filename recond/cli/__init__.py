"""typer, one file a command. The composition root: it builds the host and the sinks and maps errors to exit codes."""
