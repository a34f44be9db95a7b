"""That of the daemon: both are released together."""
__version__ = "0.2.0"
