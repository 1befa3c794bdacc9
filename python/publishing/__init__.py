"""Publishing of a build: a folder of files that readers open while the next build runs.

A build is written under a temporary name, renamed, and then the link `published` is replaced in one step, so
readers see the old set or the new one, never a mixture. Nothing here knows dbt.
"""

from publishing.disclosure import Disclosure
from publishing.places import PublishingError, published_link
from publishing.publication import Publication, publish, published_now, published_row
from publishing.tables import Schema

__all__ = [
    "Disclosure",
    "Publication",
    "PublishingError",
    "Schema",
    "publish",
    "published_link",
    "published_now",
    "published_row",
]
