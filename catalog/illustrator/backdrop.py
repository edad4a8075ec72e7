"""Where a product is photographed: white paper, a soft studio, a coloured wall."""

from __future__ import annotations

from catalog.illustrator.palette import darker, lightness, mix

SCENES = ("white", "paper", "studio", "tinted", "wall")


def backdrop(scene: str, tint: str) -> tuple[str, float, str]:
    """SVG of the backdrop, the opacity of a cast shadow on it, and that shadow's colour."""
    if scene == "white":
        return '<rect x="-9" y="-9" width="420" height="420" fill="#ffffff"/>', 0.3, "#3a3440"
    if scene == "paper":
        return '<rect x="-9" y="-9" width="420" height="420" fill="#f7f4ee"/>', 0.32, "#4a3c34"
    if scene == "studio":
        return _gradient("#f6f6f5", "#dcdcdd"), 0.34, "#2c2c34"
    # A dark tint makes a dirty wall: keep its hue, not its weight.
    tint = mix(tint, "#ffffff", max(0.0, 0.62 - lightness(tint)))
    if scene == "tinted":
        return (
            _gradient(mix("#ffffff", tint, 0.16), mix("#fbf8f4", tint, 0.36)),
            0.34,
            darker(tint, 0.7),
        )
    wall, ground = mix("#fffaf4", tint, 0.2), mix("#fdf6ee", tint, 0.36)
    return (
        f'<rect x="-9" y="-9" width="420" height="420" fill="{wall}"/>'
        f'<rect x="-9" y="300" width="420" height="110" fill="{ground}"/>',
        0.34,
        darker(tint, 0.7),
    )


def _gradient(top: str, bottom: str) -> str:
    return (
        '<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">'
        f'<stop offset=".35" stop-color="{top}"/><stop offset="1" stop-color="{bottom}"/>'
        '</linearGradient></defs><rect x="-9" y="-9" width="420" height="420" fill="url(#sky)"/>'
    )
