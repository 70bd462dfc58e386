"""Which device made a recording, as its name or its container tells."""

from __future__ import annotations

from avaudit.domain.media import MediaFacts
from avaudit.ingest.clocks import device_in_name
from avaudit.ingest.names import Names

#: Tags that hold a device's own number, in lower case. A model alone tells no device.
_TAGS = ("device_id", "deviceid", "device", "serial_number", "serialnumber",
         "camera_serial_number", "com.apple.quicktime.camera.serial")  # fmt: skip


def device_of(path: str, media: MediaFacts | None, names: Names) -> str | None:
    """The device's number, as patterns of names read it, else as a tag says; None without."""
    reading = names.read(path)
    if reading and reading.device:
        return reading.device
    return device_in_name(path) or _in_tags(media)


def _in_tags(media: MediaFacts | None) -> str | None:
    tags = {key.lower(): value.strip() for key, value in media.tags.items()} if media else {}
    return next((tags[tag] for tag in _TAGS if tags.get(tag)), None)
