"""What a picture becomes: one vector made of facets. Pure JAX; no I/O but version files."""

from pathlib import Path

RELEASED = Path(__file__).parent / "released"
"""The version folder that ships with the project."""
