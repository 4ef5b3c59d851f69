"""Keeps what looks like a CPR number out of every log line."""

from __future__ import annotations

import logging
import re

_CPR = re.compile(r"\b\d{6}[- ]?\d{4}\b")


class NoCpr(logging.Filter):
    """Replaces ten digits of a CPR number's shape, in message and arguments, before the line is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, dict):
            record.msg = {key: _hide(value) for key, value in record.msg.items()}
        elif _CPR.search(text := record.getMessage()):
            record.msg, record.args = _CPR.sub("xxxxxx-xxxx", text), ()
        return True


def _hide(value: object) -> object:
    return _CPR.sub("xxxxxx-xxxx", value) if isinstance(value, str) else value
