"""The spool: where callbacks wait on this machine's disk while MongoDB is away.

Owns the files under `DATA_DIR/spool`: one line a record, synced before anybody is told that it is kept.
Refuses to know what a record is, and when it is put back; see `storage.ingest`.
"""

from storage.spool.spool import Spool, SpoolUnavailable

__all__ = ["Spool", "SpoolUnavailable"]
