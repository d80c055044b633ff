"""Parses a feed with feedparser and prints its content and parse error as JSON."""

import json
import sys
import time

import feedparser

# No sanitizing: the HTML of entries is compared verbatim.
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
