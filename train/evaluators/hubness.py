"""Whether some items are in everyone's list, and some in nobody's."""

from __future__ import annotations

from train.figures import Figures, mean
from train.metrics import Search, times_found


def hub_figures(search: Search) -> Figures:
    """The largest share of the 10-neighbour lists that one item is in (interval over the lists,
    for that item), and the share of items in no list (interval over the items)."""
    times = times_found(search.found, len(search.gallery))
    return {
        "largest hub share": mean((search.found == times.argmax()).any(axis=1)),
        "never found": mean(times == 0),
    }
