"""What is true of each sample recording, for truth.yaml."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import yaml
from mux import Recording

ELEMENTS = ("time", "place", "officers", "cause", "target", "stage", "notice")
WINDOW = 90.0  # a statement is looked for in the first 90 s
LATE = 20.0  # and should begin within 20 s
LOW = 480  # the least short side of a picture
RECOMMENDED = 720  # the short side that new devices should have
HEADER = """\
# What is true of each sample file. Written by make_samples.py; do not edit.
# 每个样本文件的真实情况，由 make_samples.py 写出，不要手改。
#
# files: one entry a file.
#   path          file name in this folder
#   kind          video, audio or photo (a photo is filed, not audited: expected is empty)
#   activity      activity_id (活动编号) in register.csv
#   device        device number, as burned into the picture
#   started_at    local time (Asia/Shanghai) of the first picture or sound
#   creation_time the container's own UTC time tag, null where it keeps none
#                 (avi: local time in its date tag; wav: local time in its bext chunk)
#   container     short name of the container, from the file's suffix
#   video, audio  codec and parameters of each stream, null where there is none
#   burned_in_clock  whether the picture shows date, time and device
#   duration_s    whole length on the file's own clock, holes included; null when
#                 the file cannot be opened. Of a cut file: the length its index claims
#   readable_s    (cut files only) seconds that can really be decoded
#   speech        what is said, in order: onset_s, offset_s (to about 0.1 s), voice, role
#                 (statement, talk, or resume: says why recording was interrupted), text.
#                 Only sentences whose sound is in the file are listed.
#   elements      what the statement names, in the words said; null: not said.
#                 The whole key is null where the file holds no statement
#   missing       names of the elements that a statement leaves out
#   expected      labelled facts. rule, outcome, start_s, end_s (null: the whole file).
#     continuity.gap       a stretch without packets in sound, picture or both, or one
#                          stream that ends well before the other; `stream` names it
#     continuity.gap_unexplained  whether each of these is explained: `explanation` is
#                          aloud:KIND (said after the restart) or in_writing (register)
#     conduct.*            standard phrases: identity_shown, rights_told, courtesy heard (pass)
#                          or not (review); abusive: pass where none is said
#     device.power_loss    the file does not end as a device ends it
#     device.clock_wrong   name, container and register contradict each other
#     quality.no_audio     no sound stream, all silent, or digital silence of 1 s or more
#     quality.unreadable   cannot be opened, or only in part
#     quality.low_resolution  the picture's short side is below 480 px (fail) or 720 px (review)
#     statement.present    a statement is heard in the first 90 s. A statement that leaves
#                          an element out still passes here: see `missing`
#     statement.late       the statement begins later than 20 s after the start
#     statement.order      it comes first and in one piece (review: after other talk)
#     statement.time, .place, .officers, .cause, .target, .stage, .notice   the element is said, as
#                          the register has it; review: some of the officers only
#   outcome: fail, review (a person should look at it), pass, or open (the file cannot show it:
#   without a sound stream nobody can tell whether a statement was made). A rule that is not
#   listed does not apply: statement.late without a statement, low_resolution without a picture.
# Times are seconds from the file's first packet. A hole is given from the end of the last
# packet before it (at its nominal length) to the first packet after it.
"""


def fact(
    rule: str, outcome: str, span: tuple[float | None, float | None], **more: Any
) -> dict[str, Any]:
    """One labelled fact."""
    start, end = (None if value is None else round(value, 2) for value in span)
    return {"rule": rule, "outcome": outcome, "start_s": start, "end_s": end, **more}


WHOLE = (None, None)
UNKNOWN = (  # of a file that cannot be opened
    "device.clock_wrong",
    "continuity.gap",
    "continuity.gap_unexplained",
    "quality.no_audio",
    "quality.low_resolution",
    "statement.present",
)


def gaps(clocks: dict[str, list[float]], steps: dict[str, float]) -> list[dict[str, Any]]:
    """Where packets are missing, from the times they were written with."""
    found = []
    for stream, times in clocks.items():
        times.sort()
        for before, after in pairwise(times):
            if after - before > 1.0:
                span = (before + steps[stream], after)
                found.append(fact("continuity.gap", "fail", span, stream=stream))
    ends = {stream: times[-1] + steps[stream] for stream, times in clocks.items()}
    if ends and max(ends.values()) - min(ends.values()) > 1.0:
        short = min(ends, key=lambda stream: ends[stream])
        span = (ends[short], max(ends.values()))
        found.append(fact("continuity.gap", "fail", span, stream=short))
    return found or [fact("continuity.gap", "pass", WHOLE)]


def explained(plan: dict[str, Any], holes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The label of continuity.gap_unexplained: what the streams with a hole lack together."""
    if "explained" not in plan:
        return []
    span = max(hole["start_s"] for hole in holes), min(hole["end_s"] for hole in holes)
    return [fact("continuity.gap_unexplained", "pass", span, explanation=plan["explained"])]


def conduct(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """The labels of conduct.*, which nobody can tell from what else the plan says."""
    return [fact(f"conduct.{name}", outcome, WHOLE) for name, outcome in plan["conduct"].items()]


def silence(plan: dict[str, Any]) -> dict[str, Any]:
    """The label of quality.no_audio."""
    if "audio" not in plan:
        return fact("quality.no_audio", "fail", WHOLE)
    if plan.get("faults", {}).get("cut"):
        return fact("quality.no_audio", "open", WHOLE)  # what was cut off may hold anything
    mute = plan.get("faults", {}).get("mute")
    return fact("quality.no_audio", "fail" if mute else "pass", tuple(mute) if mute else WHOLE)


def device(ended: str, lost: tuple[float | None, float | None]) -> list[dict[str, Any]]:
    """The labels of device.*: how a readable file ended, and clocks that all agree."""
    return [fact("device.power_loss", ended, lost), fact("device.clock_wrong", "pass", WHOLE)]


def resolution(plan: dict[str, Any]) -> dict[str, Any]:
    """The label of quality.low_resolution."""
    short = min(plan["video"]["size"])
    outcome = "fail" if short < LOW else "review" if short < RECOMMENDED else "pass"
    return fact("quality.low_resolution", outcome, WHOLE)


def statement(
    plan: dict[str, Any], said: list[dict[str, Any]], length: float
) -> list[dict[str, Any]]:
    """The labels of the rules on the opening statement."""
    if "audio" not in plan:
        names = ("present", *ELEMENTS)
        return [fact(f"statement.{name}", "open", WHOLE) for name in names]
    found = opening(said, length)
    if any(line["role"] == "statement" for line in said):
        found += [fact(f"statement.{name}", element(plan, name), WHOLE) for name in ELEMENTS]
    return found


def opening(said: list[dict[str, Any]], length: float) -> list[dict[str, Any]]:
    """The labels of whether and when a statement is made; without one, its elements lack."""
    lines = [line for line in said if line["role"] == "statement"]
    if not lines:
        lacking = [fact(f"statement.{name}", "fail", WHOLE) for name in ELEMENTS]
        return [fact("statement.present", "fail", (0.0, min(WINDOW, length))), *lacking]
    span = (lines[0]["onset_s"], lines[-1]["offset_s"])
    late = "fail" if span[0] > LATE else "pass"
    order = "review" if span[0] > LATE else "pass"
    return [
        fact("statement.present", "pass", span),
        fact("statement.late", late, span),
        fact("statement.order", order, WHOLE),
    ]


def element(plan: dict[str, Any], name: str) -> str:
    """The label of one element: said, left out, or (officers) only some of the register's."""
    said = plan["elements"].get(name)
    if not said:
        return "fail"
    here = Path(__file__).parent / "activities.yaml"
    rows = yaml.safe_load(here.read_text(encoding="utf-8"))["activities"]
    row = next((one for one in rows if one["activity_id"] == plan["activity"]), None)
    if name == "officers" and row and row["recordings"] and set(row["officers"]) - set(said):
        return "review"
    return "pass"


def decoded(path: Path) -> tuple[dict[str, Any], float | None, float]:
    """The file's tags and streams, the length it claims and the seconds that decode."""
    try:
        with av.open(str(path)) as file:
            made = file.metadata.get("creation_time", "")
            tags = {"creation_time": made if "T" in made else None}
            claimed = file.duration / 1e6 if file.duration else None
            begin = min(float((s.start_time or 0) * (s.time_base or 0)) for s in file.streams)
            last = begin
            for packet in file.demux():
                try:
                    for frame in packet.decode():
                        last = max(last, getattr(frame, "time", None) or 0.0)
                except av.error.FFmpegError:
                    continue
    except av.error.FFmpegError:
        return {"creation_time": None}, None, 0.0
    return tags, claimed, last - begin


def streams(plan: dict[str, Any]) -> dict[str, Any]:
    """The codecs and their parameters."""
    video, audio = plan.get("video"), plan.get("audio")
    picture = video and {
        "codec": video["codec"].replace("libx264", "h264").replace("libx265", "hevc"),
        "width": video["size"][0],
        "height": video["size"][1],
        "fps": video["fps"],
    }
    names = {"libopus": "opus", "libopencore_amrnb": "amr_nb"}
    sound = audio and {"codec": names.get(audio["codec"], audio["codec"]), "rate": audio["rate"]}
    return {"video": picture, "audio": sound, "burned_in_clock": picture is not None}


def expected(
    plan: dict[str, Any],
    recording: Recording,
    said: list[dict[str, Any]],
    claimed: float | None,
    readable: float,
) -> list[dict[str, Any]]:
    """All labels of one file."""
    if claimed is None:
        unreadable = fact("quality.unreadable", "fail", WHOLE)
        ended = fact("device.power_loss", "review", WHOLE)
        return [unreadable, ended, *(fact(rule, "open", WHOLE) for rule in UNKNOWN), *conduct(plan)]
    steps = {"picture": 1 / plan["video"]["fps"] if "video" in plan else 0.0, "sound": 0.03}
    if plan.get("faults", {}).get("cut"):
        lost = (readable, claimed)
        labels = [fact("quality.unreadable", "fail", lost), *device("review", lost)]
        labels.append(fact("continuity.gap", "open", lost))
        labels.append(fact("continuity.gap_unexplained", "open", WHOLE))
    else:
        holes = gaps(recording.clocks, steps)
        labels = [fact("quality.unreadable", "pass", WHOLE), *device("pass", WHOLE)]
        labels += [*holes, *explained(plan, holes)]
    labels.append(silence(plan))
    if "video" in plan:
        labels.append(resolution(plan))
    return labels + statement(plan, said, claimed) + conduct(plan)


def facts(path: Path, recording: Recording, said: list[dict[str, Any]]) -> dict[str, Any]:
    """The file's entry of truth.yaml."""
    plan = recording.plan
    tags, claimed, readable = decoded(path)
    cut = "cut" in plan.get("faults", {})
    heard = [line for line in said if not cut or line["offset_s"] < readable]
    values = plan.get("elements") if any(line["role"] == "statement" for line in heard) else None
    entry = {
        "path": path.name,
        "kind": "video" if "video" in plan else "audio",
        "activity": plan["activity"],
        "device": plan["device"],
        "started_at": plan["started_at"].strftime("%Y-%m-%d %H:%M:%S"),
        **tags,
        "container": path.suffix.lower()[1:],
        **streams(plan),
        "duration_s": claimed and round(claimed, 2),
    }
    if cut:
        entry["readable_s"] = round(readable, 2)
    entry["speech"] = [
        {
            "onset_s": round(line["onset_s"], 2),
            "offset_s": round(line["offset_s"], 2),
            "voice": line["voice"],
            "role": line["role"],
            "text": line["text"],
        }
        for line in heard
    ]
    entry["elements"] = {name: values.get(name) for name in ELEMENTS} if values else None
    entry["missing"] = [name for name in ELEMENTS if values and not values.get(name)]
    entry["expected"] = expected(plan, recording, heard, claimed, readable)
    return entry
