"""What the black-box tests stand on: a broker, the daemon as a process, a ledger of what was published, the store as anybody reads it."""
