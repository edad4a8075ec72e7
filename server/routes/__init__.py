"""One address, one file."""
