"""Neither the name nor the content of a recording can make FFmpeg open anything else."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import av
import pytest

from avaudit.domain.media import MediaKind
from avaudit.errors import SourceUnavailable, Unexaminable
from avaudit.examine import examine
from avaudit.media.open import _REFERRING, as_avaudit_error, open_descriptor, open_input
from support.forge import Audio, is_name_refused, make, tone
from support.workers import request

_NAMES = [
    "concat:x|y", "http:..", "https:..a.mp4", "-i", "-", "file:x", "pipe:0", "subfile,,start,0,,:x",
    "data:audio", "fd:", "%03d.mp4", "a\nb.mp4", "\x1b]0;x\x07.mp4", "👮执法.mp4",
    "x" * 251 + ".mp4",
    "|cat", "$(id)", "cache:x", b"\xff\xfe.mp4", b"\xd6\xb4\xb7\xa8.mp4",
]  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "secret.wav"
    return make(path, Audio(tone(1, 8000), 8000, "pcm_s16le")).path


def code_of(path: Path | bytes) -> str:
    (failure,) = examine(request(path)).failures
    assert failure.wholly
    return failure.code


@pytest.mark.parametrize("name", _NAMES, ids=repr)
def test_a_name_is_only_ever_a_name(tmp_path: Path, sound: Path, name: str | bytes) -> None:
    path = os.fsencode(tmp_path) + b"/" + os.fsencode(name)
    try:
        with open(path, "wb") as file:  # noqa: PTH123  (names may not be text)
            file.write(sound.read_bytes())
    except OSError as error:
        if is_name_refused(error):
            pytest.skip("this file system cannot hold the name")
        raise
    done = examine(request(path))
    assert done.failures == ()
    assert done.media
    assert done.media.kind is MediaKind.AUDIO
    assert done.media.duration_s == pytest.approx(1.0)


def _referring(to: Path) -> dict[str, str]:
    return {
        "hls": f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.0,\n"
               f"{to}\n#EXT-X-ENDLIST\n",
        "ffconcat": f"ffconcat version 1.0\nfile '{to}'\n",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
               "m=audio 5004 RTP/AVP 0\na=rtpmap:0 PCMU/8000\n",
        "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
                f"<Period><AdaptationSet><Representation><BaseURL>{to}</BaseURL>"
                "</Representation></AdaptationSet></Period></MPD>",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["hls", "ffconcat", "sdp", "dash"])
@pytest.mark.parametrize("suffix", ["mp4", "m3u8", "ts"])
def test_a_list_that_points_at_another_file_is_refused(
    tmp_path: Path, sound: Path, kind: str, suffix: str
) -> None:
    target = tmp_path / "segment.wav"
    target.write_bytes(sound.read_bytes())
    path = tmp_path / f"playlist.{suffix}"
    path.write_text(_referring(target)[kind])
    done = examine(request(path))
    assert done.media is None
    assert [failure.code for failure in done.failures] == ["not_media"]


def test_the_playlist_of_that_test_would_have_been_followed(tmp_path: Path, sound: Path) -> None:
    """Without the guard FFmpeg reads the other file: what is refused above is a real danger."""
    path = tmp_path / "list.ffconcat"
    path.write_text(_referring(sound)["ffconcat"])
    with av.open(str(path), format="concat", options={"safe": "0"}) as container:
        assert container.streams.audio


def test_every_demuxer_that_refers_is_refused_under_all_its_names() -> None:
    """A demuxer's name may list several: none of them may hide a refused one."""
    for name in av.formats_available:
        assert not (set(name.split(",")) & _REFERRING) or name in _REFERRING


def test_the_descriptor_stays_open_and_keeps_its_place(sound: Path) -> None:
    fd = open_descriptor(os.fsencode(sound))
    try:
        os.lseek(fd, 17, os.SEEK_SET)
        for _ in range(3):
            with open_input(fd) as container:
                assert list(container.demux())
        assert os.lseek(fd, 0, os.SEEK_CUR) == 17
        assert os.pread(fd, 4, 0) == b"RIFF"
        assert not os.get_inheritable(fd)
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(fd, b"x")
    finally:
        os.close(fd)


def test_no_descriptor_is_left_behind_by_anything(tmp_path: Path, sound: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x18ftypisom" + b"\xff" * 500)
    examine(request(sound))
    before = sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for path in (sound, broken, tmp_path, tmp_path / "nothing") * 3:
        examine(request(path))
    assert sorted(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_what_is_no_file_is_said_so(tmp_path: Path) -> None:
    loop = tmp_path / "loop.mp4"
    loop.symlink_to(loop.name)
    folder = tmp_path / "folder.mp4"
    folder.mkdir()
    (tmp_path / "broken.mp4").symlink_to("nothing")
    assert code_of(loop) == "symlink_loop"
    assert code_of(folder) == "not_a_file"
    assert code_of(tmp_path / "broken.mp4") == "vanished"
    assert code_of(tmp_path / "never_there.mp4") == "vanished"
    assert code_of(Path("/dev/zero")) == "not_a_file"
    assert code_of(os.fsencode(tmp_path) + b"/" + b"x" * 300) == "not_a_file"


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    begun = time.monotonic()
    assert code_of(pipe) == "not_a_file"
    assert time.monotonic() - begun < 2


def test_a_file_that_may_not_be_read_is_said_so(tmp_path: Path, sound: Path) -> None:
    """In a process without rights: for root every file is readable."""
    path = tmp_path / "secret.wav"
    path.write_bytes(sound.read_bytes())
    path.chmod(0)
    program = (
        "import os, sys\n"
        "from avaudit.media.open import open_descriptor\n"
        "from avaudit.errors import Unexaminable\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "try: open_descriptor(os.fsencode(sys.argv[1]))\n"
        "except Unexaminable as error: print(error.key)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "no_permission\n"


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"words", b"\xff" * 4096, b"RIFF\xff\xff\xff\xffWAVE"]
)
def test_content_that_is_no_recording(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(content)
    assert code_of(path) == ("not_media" if content else "empty")


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN])
def test_a_disk_that_may_answer_later_is_no_damage(number: int) -> None:
    """Faults of disks and shares cannot be made here: only their numbers are looked at."""
    assert isinstance(as_avaudit_error(OSError(number, "x")), SourceUnavailable)
    with pytest.raises(av.error.FFmpegError) as caught:
        av.error.err_check(-number)
    assert isinstance(as_avaudit_error(caught.value), SourceUnavailable)


def test_other_errors_are_the_files_own() -> None:
    with pytest.raises(av.error.InvalidDataError) as caught:
        av.error.err_check(-av.error.tag_to_code(b"INDA"))
    error = as_avaudit_error(caught.value)
    assert isinstance(error, Unexaminable)
    assert error.key == "not_media"
