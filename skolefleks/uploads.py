"""How an upload is received: in memory, and never more of it than the limit.

Django's own handlers write a large file to the disk, where it would lie unencrypted.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class BoundedUploadHandler(FileUploadHandler):
    """Keeps `settings.PAPER_BYTES` of a file and drops the rest.

    The file's `size` says how much was sent, so that a form can refuse it.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        # None is returned, so that no other handler gets the chunk.
        room = settings.PAPER_BYTES - self.content.tell()
        if room > 0:
            self.content.write(raw_data[:room])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.content.seek(0)
        return InMemoryUploadedFile(
            self.content,
            self.field_name,
            str(self.file_name),
            self.content_type,
            file_size,
            self.charset,
        )
