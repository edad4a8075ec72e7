"""The server: exact search over an indexed catalogue, answered over HTTP.

Knows `catalog` and `model`; nothing but `samevibe.py` knows it.
"""
