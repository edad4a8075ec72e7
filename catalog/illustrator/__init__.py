"""A seeded illustrator: the small invented shop a fresh machine starts with.

``draw_catalogue`` writes a folder feed (``products.jsonl`` + ``images/``); ``illustrate`` turns one
``ProductSpec`` into an SVG. Every picture is drawn here, so the demo carries nobody's rights.
"""

from catalog.illustrator.draw import draw_catalogue
from catalog.illustrator.illustrate import illustrate
from catalog.illustrator.style import ProductSpec, Style

__all__ = ["ProductSpec", "Style", "draw_catalogue", "illustrate"]
