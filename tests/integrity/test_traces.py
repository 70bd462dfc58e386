"""Names of tools: every entry of the list is usable and found where it says; none says "edited"."""

from __future__ import annotations

import pytest

from avaudit.domain.bitstream import Bitstream, Mark
from avaudit.domain.structure import Part, Structure, Text, Track
from avaudit.integrity.traces import KINDS, find_traces, known_traces

_ILST = "udta/meta/ilst/"


def _found(*places: tuple[str, str]) -> set[str]:
    tracks = tuple(
        Track(n, "vide", "avc1", handler=text)
        for n, (where, text) in enumerate(places) if where == "handler"
    )  # fmt: skip
    texts = tuple(Text(w, t) for w, t in places if w not in ("handler", "user_data"))
    marks = tuple(Mark("user_data", "0" * 32, t, 1, (0.0,)) for w, t in places if w == "user_data")
    structure = Structure("mp4", tracks=tracks, texts=texts)
    return {trace.tool for trace in find_traces(structure, Bitstream("h264", 1, marks=marks))}


def test_the_list_is_whole() -> None:
    known = known_traces()
    assert len({one.tool for one in known}) == len(known) > 30
    for one in known:
        assert one.kind in KINDS, one.tool
        assert one.sure in ("documented", "published", "named"), one.tool
        assert len(one.source) > 15, one.tool
        assert one.text.pattern or one.where.pattern != ".", f"{one.tool} is found everywhere"
        assert not (one.text.pattern and one.text.search("")), one.tool


@pytest.mark.parametrize(
    ("where", "text", "tool"),
    [
        (_ILST + "©too", "Lavf58.76.100", "FFmpeg (libavformat)"),
        (_ILST + "©too", "HandBrake 1.6.1 2023012300", "HandBrake"),
        ("ISFT", "Lavf60.3.100", "FFmpeg (libavformat)"),
        ("MuxingApp", "libebml v1.4.4 + libmatroska v1.7.1", "mkvmerge"),
        ("free", "IsoMedia File Produced with GPAC 2.2.1", "GPAC (MP4Box)"),
        ("handler", "GPAC ISO Video Handler", "GPAC (MP4Box)"),
        ("handler", "VideoHandle", "Android (handlers)"),
        ("handler", "Core Media Video", "Apple Core Media (cameras and editors of Apple)"),
        ("meta/ilst/com.android.version", "13",
         "Android (MediaMuxer, camera, CameraX, gallery trims)"),
        ("udta/smta", "00000000", "Samsung phone"),
        ("meta/ilst/com.bytedance.info", "{}", "ByteDance (抖音、剪映 / CapCut)"),
        ("udta/meta/ilst/©cmt", "vid:v0200fg10000c", "抖音 / TikTok (download)"),
        ("uuid/xmp/xmp:CreatorTool", "Adobe Premiere Pro 2023.0", "Adobe Premiere and relatives"),
        ("uuid/xmp/x:xmptk", "Image::ExifTool 12.76", "ExifTool"),
        ("meta/ilst/com.apple.quicktime.software", "iMovie 10.3", "iMovie"),
        ("meta/ilst/com.apple.quicktime.model", "iPhone 13", "Apple camera (iPhone)"),
        ("user_data", "x264 - core 164 r3095", "x264"),
        ("user_data", "x265 (build 199) - 3.5", "x265"),
    ],
)  # fmt: skip
def test_a_tool_is_found_by_its_name(where: str, text: str, tool: str) -> None:
    assert tool in _found((where, text))


def test_nothing_is_found_without_a_name() -> None:
    assert not _found((_ILST + "©day", "2026-11-20"), ("handler", "VideoHandler"))


def test_boxes_of_messengers() -> None:
    structure = Structure("mp4", layout=(Part("ftyp", 0, 24), Part("beam", 24, 24)))
    assert [trace.tool for trace in find_traces(structure)] == ["WhatsApp"]
