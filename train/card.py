"""The model card of a version, in the Hugging Face form: rendered from what the version's folder
holds, so that a figure in it always comes from an evaluation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from catalog.files import replace_text
from model.version import CARD, load_version
from train.tables import as_table

EVALUATIONS = "evaluations.json"
Figures = dict[str, Any]
LICENCES = {
    "fashion": "fashion product images (Myntra), public research set, licence not stated",
    "home": "Amazon Berkeley Objects, CC BY 4.0",
    "street": "clothing-dataset, CC0",
    "objects": "Amazon Berkeley Objects, CC BY 4.0, and Caltech-101, CC BY 4.0",
    "demo": "drawn by this project (catalog/illustrator), Apache-2.0",
}


def add_to_card(folder: Path, result: Figures) -> None:
    """Keep an evaluation in the version's folder (one per feed and split), and write the card."""
    path = Path(folder) / EVALUATIONS
    kept: dict[str, Figures] = json.loads(path.read_text()) if path.exists() else {}
    kept[f"{result['source'] or 'all feeds'}, {result['split']}"] = result
    lines = (f"{json.dumps(name)}: {json.dumps(_brief(kept[name]))}" for name in sorted(kept))
    replace_text(path, "{\n" + ",\n".join(lines) + "\n}\n")
    write_card(folder)


def _brief(value: Any) -> Any:
    """The same with numbers to five decimals, which is more than their intervals bear."""
    if isinstance(value, dict):
        return {name: _brief(each) for name, each in value.items()}
    return round(value, 5) if isinstance(value, float) else value


def write_card(folder: Path) -> None:
    """Write ``README.md`` from ``config.json`` and the evaluations kept beside it."""
    folder = Path(folder)
    version = load_version(folder)
    path = folder / EVALUATIONS
    kept: dict[str, Figures] = json.loads(path.read_text()) if path.exists() else {}
    current = [result for result in kept.values() if result["version"] == version.name]
    text = card(version.name, version.details, version.layout.facets, current)
    replace_text(folder / CARD, text)


def card(name: str, details: dict[str, Any], facets: Any, evaluations: list[Figures]) -> str:
    """The text of a card."""
    sources = details.get("sources", [])
    lines = [
        "---",
        "license: apache-2.0",
        "library_name: samevibe",
        "pipeline_tag: image-feature-extraction",
        "tags: [image-retrieval, product-search, jax, flax]",
        "---",
        f"# samevibe {name}",
        "",
        "Turns a product picture into one vector made of facets, for finding products with the "
        "same vibe. A normaliser-free residual CNN, trained from scratch.",
        "",
        f"- Parameters: {details.get('parameters', 0):,}",
        f"- Pictures in the train split: {details.get('training_pictures', 0):,}; seen in "
        f"training: {details.get('pictures_seen', 0):,}",
        *_training(details),
        "",
        "| facet | about | dimensions | default share | for words alone |",
        "|---|---|---|---|---|",
        *(
            f"| {f.name} | {f.about} | {f.dim} | {f.weight:.3f} "
            f"| {f.weight if f.words is None else f.words:.3f} |"
            for f in facets
        ),
        "",
        "## Data",
        "",
        *(f"- {source}: {LICENCES.get(source, 'own data')}" for source in sources),
        "",
        "## Figures",
        "",
        "Every picture of the split asks all the others (leave one out); 95% bootstrap intervals. "
        "The price error is the mean of |ln price - ln median price of the 10 neighbours|, divided "
        "by that of the category's median. Made by `samevibe evaluate VERSION --catalog HOME "
        "--card`.",
        "",
    ]
    for result in evaluations:
        lines += [as_table(result), ""]
    if not evaluations:
        lines += ["None yet.", ""]
    lines += [
        "## Limits",
        "",
        "It knows what its catalogues taught it: mostly Indian studio pictures of clothes, shoes "
        "and accessories, 64 pixels wide, and less of furniture and street photographs. "
        "Fine print, small patterns and logos are beyond it. The price facet ranks tiers, it does "
        "not appraise. The wearer facet repeats the shops' own labels (men, women, boys, girls, "
        "unisex) and their stereotypes, and the brand facet takes every picture for one of the makes "
        "that it was taught. Not for judging people."
        if "fashion" in sources
        else "It knows what its catalogue taught it, at the size of its canvas.",
        "",
        "Training curves: `curves.png`. Architecture, config and preprocessing: `config.json`.",
        "",
    ]
    return "\n".join(lines)


def _training(details: dict[str, Any]) -> list[str]:
    """How long it took, on what, and the command that does it again."""
    lines = []
    if hours := details.get("training_hours"):
        lines.append(f"- Time: {hours:.2f} hours on {details['trained_on']}")
    if begun := details.get("started_from"):
        lines.append(
            f"- Began with the network of version {begun['version']} (its pictures seen: "
            f"{begun['pictures_seen']:,}, in {begun['training_hours']:.2f} hours)"
        )
    config = details.get("config", {})
    if config.get("name"):
        start = " --start VERSION" if begun else ""
        lines.append(
            f"- Made by: `samevibe train --catalog HOME{start} "
            f"--config train/configs/{config['name']}.py`, seed {config['seed']}"
        )
    if details.get("note"):
        lines.append(f"- Training: {details['note']}")
    return lines
