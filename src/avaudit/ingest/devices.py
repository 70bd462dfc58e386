"""Which device made a recording, as its name, its container or its picture tells."""

from __future__ import annotations

from avaudit.domain import burned_in
from avaudit.domain.media import MediaFacts
from avaudit.domain.osd import OsdClock
from avaudit.ingest.clocks import device_in_name
from avaudit.ingest.names import Names

#: Tags that hold a device's own number, in lower case. A model alone tells no device.
_TAGS = ("device_id", "deviceid", "device", "serial_number", "serialnumber",
         "camera_serial_number", "com.apple.quicktime.camera.serial")  # fmt: skip


def device_of(
    path: str, media: MediaFacts | None, names: Names, osd: OsdClock | None = None
) -> str | None:
    """The device's number, as patterns of names read it, else as a tag says, else as it stands
    beside the burned-in clock; None without."""
    reading = names.read(path)
    if reading and reading.device:
        return reading.device
    return device_in_name(path) or _in_tags(media) or _in_picture(osd)


def _in_picture(osd: OsdClock | None) -> str | None:
    found = burned_in.devices(osd.labels) if osd else ()
    return next((one.number for one in found if one.whole), None)


def _in_tags(media: MediaFacts | None) -> str | None:
    tags = {key.lower(): value.strip() for key, value in media.tags.items()} if media else {}
    return next((tags[tag] for tag in _TAGS if tags.get(tag)), None)
