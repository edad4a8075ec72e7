"""Exact search: vectors in, the right products at the right ranks out. Knows no HTTP."""
