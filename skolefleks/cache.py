"""Valkey as cache. With it gone a page is slower, never broken."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class ForgivingCache(RedisCache):
    """Reads as a miss and writes as nothing while Valkey is away; `/healthz` asks `ping` for the truth."""

    def get(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get(*args, **kwargs)
        except RedisError:
            log.warning("cache.away")
            return kwargs.get("default", args[1] if len(args) > 1 else None)

    def set(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().set(*args, **kwargs)
        except RedisError:
            log.warning("cache.away")

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """With Valkey away nobody else holds the key."""
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
