"""Reads a feed with Python's feedparser and prints what it holds as JSON, with what is wrong with it."""

import json
import sys
import time

import feedparser

# Nothing is taken out of an entry's HTML: it is compared to the letter.
feed = feedparser.parse(sys.argv[1], sanitize_html=False, resolve_relative_uris=False)
json.dump(
    {
        "fault": str(feed.get("bozo_exception", "")),
        "version": feed.version,
        "title": feed.feed.title,
        "entries": [
            {
                "id": entry.id,
                "title": entry.title,
                "link": entry.link,
                "published": time.strftime("%Y-%m-%dT%H:%M:%SZ", entry.published_parsed),
                "content": entry.content[0].value,
            }
            for entry in feed.entries
        ],
    },
    sys.stdout,
)
