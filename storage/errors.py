"""Foreign errors become ours here, and only here.

Owns which of MongoDB's errors mean "it cannot be reached or did not confirm in time". Everything else
(a broken rule of the schema, a duplicate key, a mistake of ours) is passed on as it is: trying again
would not help.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    CursorNotFound,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
    WriteError,
)

from payments.ports import StoreUnavailable

_AWAY = (ConnectionFailure, WriteConcernError, CursorNotFound)

_AWAY_CODES = frozenset({
    6,  # HostUnreachable
    7,  # HostNotFound
    24,  # LockTimeout
    64,  # WriteConcernFailed
    79,  # UnknownReplWriteConcern
    89,  # NetworkTimeout
    91,  # ShutdownInProgress
    100,  # UnsatisfiableWriteConcern
    112,  # WriteConflict
    133,  # FailedToSatisfyReadPreference
    134,  # ReadConcernMajorityNotAvailableYet
    175,  # QueryPlanKilled
    189,  # PrimarySteppedDown
    237,  # CursorKilled
    239,  # SnapshotTooOld
    246,  # SnapshotUnavailable
    262,  # ExceededTimeLimit
    9001,  # SocketException
    10107,  # NotWritablePrimary
    11600,  # InterruptedAtShutdown
    11602,  # InterruptedDueToReplStateChange
    13435,  # NotPrimaryNoSecondaryOk
    13436,  # NotPrimaryOrSecondary
    14031,  # OutOfDiskSpace
})  # fmt: skip
"""MongoDB: `error_codes.yml` of the server, those that speak of the server and not of the request."""

_PASSING = ("RetryableWriteError", "TransientTransactionError", "UnknownTransactionCommitResult")
"""MongoDB: error labels of what may go well another time."""

DUPLICATE_KEY = 11_000


@contextmanager
def store_errors() -> Iterator[None]:
    """Translate what an absent, slow or stepped-down server makes the driver throw.

    Raises:
        StoreUnavailable: nothing is known of the write, or nothing could be read.
    """
    try:
        yield
    except PyMongoError as error:
        if is_away(error):
            raise StoreUnavailable(f"{type(error).__name__}: {error}") from error
        raise


def is_away(error: PyMongoError) -> bool:
    """Whether the error speaks of a server that is away, and not of what was asked of it."""
    if isinstance(error, BulkWriteError):
        return bool((error.details or {}).get("writeConcernErrors"))
    if isinstance(error, OperationFailure) and error.code in _AWAY_CODES:
        return True
    labelled = any(error.has_error_label(label) for label in _PASSING)
    return error.timeout or isinstance(error, _AWAY) or labelled


def verdicts(error: BulkWriteError, count: int) -> list[bool | Exception]:
    """What an unordered insert of `count` rows came to: for each True, False if its key is taken, or why not.

    Only for an error whose write concern was fulfilled: `store_errors` lets no other pass.
    """
    found: list[bool | Exception] = [True] * count
    for each in (error.details or {}).get("writeErrors", []):
        found[each["index"]] = _verdict(each["code"], each["errmsg"])
    return found


def _verdict(code: int, words: str) -> bool | Exception:
    if code == DUPLICATE_KEY:
        return False
    return StoreUnavailable(words) if code in _AWAY_CODES else WriteError(words, code)


def violated_key(error: OperationFailure) -> frozenset[str]:
    """The fields of the unique index that a duplicate key broke."""
    return frozenset((error.details or {}).get("keyPattern", {}))
