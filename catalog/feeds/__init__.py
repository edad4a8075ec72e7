"""Product feeds, one file a form, behind one door: `open_feed`."""

from catalog.feeds.feed import Feed, FeedRow
from catalog.feeds.opening import open_feed

__all__ = ["Feed", "FeedRow", "open_feed"]
