"""Valkey as cache. While it is away a page is slower, never broken."""

from __future__ import annotations

import json
import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class JsonSerializer:
    """Values as JSON, not as Django's pickles: those run what somebody else has put there."""

    def dumps(self, value: Any) -> int | bytes:
        # Bare, so that Valkey can count it.
        if type(value) is int:
            return value
        return json.dumps(value).encode()

    def loads(self, content: bytes) -> Any:
        return json.loads(content)


class ForgivingCache(RedisCache):
    """Reads as a miss and writes nothing while Valkey is away; `ping` says whether it is."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError:
            log.warning("cache.away")
            return default
        except ValueError:
            # No JSON: of an older version, or of a stranger.
            log.warning("cache.unreadable")
            return default

    def set(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(*args, **kwargs)
        except RedisError:
            log.warning("cache.away")

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Whether the key was free: while Valkey is away nobody else can hold it."""
        try:
            return bool(super().add(*args, **kwargs))
        except RedisError:
            log.warning("cache.away")
            return True

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().delete(*args, **kwargs))
        except RedisError:
            log.warning("cache.away")
            return False

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        try:
            return bool(super().has_key(*args, **kwargs))
        except RedisError:
            log.warning("cache.away")
            return False

    def ping(self) -> bool:
        """Whether Valkey answers now."""
        try:
            return bool(self._cache.get_client(None).ping())
        except RedisError:
            return False
