"""A private MongoDB server that the program starts for itself and takes down with itself.

Owns finding a `mongod`, its folder, its start, its end, and what to tell a person when none can run here.
Refuses to own the data: callers open their own client on `EmbeddedMongo.uri`, after `start` has returned.
"""

from storage.embedded.errors import (
    FolderInUse,
    FolderNotPrivate,
    MongodFailed,
    MongoUnavailable,
    NoMongodHere,
)
from storage.embedded.server import EmbeddedMongo, running_uri

__all__ = [
    "EmbeddedMongo",
    "FolderInUse",
    "FolderNotPrivate",
    "MongoUnavailable",
    "MongodFailed",
    "NoMongodHere",
    "running_uri",
]
