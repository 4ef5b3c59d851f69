"""Whether the parts answer: for the load balancer and for whoever is on duty."""

from __future__ import annotations

HEARTBEAT = "worker.heartbeat"
