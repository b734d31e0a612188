"""What programs share among themselves: leases and access tokens."""

from beanie import Document

from storage.documents.fields import Moment


class LeaseDocument(Document):
    """Who may do something that only one may do. `fence` rises with every new holder and never falls."""

    id: str  # type: ignore[assignment]  # the lease's name
    owner: str | None = None
    until: Moment | None = None
    fence: int = 0

    class Settings:
        """Beanie's settings."""

        name = "leases"
        keep_nulls = False


class TokenDocument(Document):
    """An access token and the lease of whoever renews it. The key is a digest, never the consumer key."""

    id: str  # type: ignore[assignment]  # SHA-256 of the consumer key
    value: str | None = None
    expires_at: Moment | None = None
    fetched_at: Moment | None = None
    after_refusal: bool = False
    owner: str | None = None
    until: Moment | None = None
    fence: int = 0

    class Settings:
        """Beanie's settings."""

        name = "tokens"
        keep_nulls = False


class LimitDocument(Document):
    """How often something was done of late; all times are the server's. See `storage.limits`.

    Attributes:
        full_at: when everything taken so far will have been earned back.
        first_until: until when somebody who goes first was told to wait; absent when nobody waits.
        other_until: the same of the others.
        turns: how often in a row those who go first went before others that waited.
        wait_ms: what the last one to ask was told.
    """

    id: str  # type: ignore[assignment]  # the limit's name
    full_at: Moment
    first_until: Moment | None = None
    other_until: Moment | None = None
    turns: int = 0
    wait_ms: int = 0

    class Settings:
        """Beanie's settings."""

        name = "limits"
        keep_nulls = False
