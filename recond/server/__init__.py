"""The workshop's server, a Django site (extra `recond[server]`). It shares `core` with the stick and nothing else."""
