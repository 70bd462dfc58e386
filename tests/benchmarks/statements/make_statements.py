"""Makes synthetic opening statements with labels and registers from the labelled texts.

Runs in the environment that data_samples/make_samples.py describes:

    python make_statements.py --part tune|report|held_out|fresh|unseen [--voices VOICE...]
        [--conditions NAME...] --out FOLDER [--cache FOLDER] [--jobs N]

Writes FOLDER/PART/CONDITION/: the clips, register.csv (what each activity really was) with
truth.yaml, and register_decoys.csv (the same activities with values that nobody says) with
truth_decoys.yaml.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import labels
import numpy as np
import yaml
from scipy import signal

sys.path.insert(0, str(labels.SAMPLES))
import speech  # type: ignore[import-not-found]  # beside the samples
import truth  # type: ignore[import-not-found]  # likewise

SEED = 20261118
SENTENCE_PAUSE_S = 0.45
TAIL_S = 0.8
BABBLE_DB = 10.0  # speech over babble
BABBLE_SPEAKERS = 4

# condition -> suffix, codec, rate in Hz
CONDITIONS = {
    "clean": (".wav", "pcm_s16le", 16000),
    "babble": (".wav", "pcm_s16le", 16000),
    "g711": (".wav", "pcm_alaw", 8000),
    "amr": (".amr", "libopencore_amrnb", 8000),
}
VOICES = list(speech.VOICES)

HEADER = """\
# What is true of each clip. Written by make_statements.py; do not edit.
# As in data_samples/truth.yaml, and for each file also:
#   part, statement, voice, condition   where the clip comes from
#   spoken         parts of the time as said: date (year-month-day or month-day), hour (0 to 23),
#                  minute; what is not said is left out
#   officers_said  names as said
#   register       what the register holds of the activity
#   differs        elements that are said with another value than the register's
# expected: statement.<element> is pass where it is said as registered, review where it differs,
# fail where it is left out, and not listed where no statement is made.
"""


class Plain(yaml.SafeDumper):
    """YAML without anchors, for people to read."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Write every value in full."""
        return True


def sentences(text: str) -> list[str]:
    """A text's sentences, each with its full stop."""
    return re.findall(rf"[^{labels.CLAUSE_ENDS}]+[{labels.CLAUSE_ENDS}]", text)


def lines(part: labels.Part, statement: dict[str, Any], voice: str) -> list[dict[str, str]]:
    """What is said in a clip, in order: voice, role and text of each sentence."""
    role = "statement" if statement["elements"] else "talk"
    said = [{"voice": voice, "role": role, "text": s} for s in sentences(statement["text"])]
    talk = part.talks[statement["talk"]] if "talk" in statement else []
    return said + [{"role": "talk", **line} for line in talk]


def clips(part: labels.Part, only: list[str] | None) -> Iterator[tuple[dict[str, Any], str]]:
    """Each statement with each of its voices, or with those asked for."""
    for statement in part.statements:
        for voice in only or statement["voices"]:
            yield statement, voice


def speak(task: tuple[str, str, Path]) -> None:
    """Speak a sentence into the cache."""
    text, voice, cache = task
    speech.say(text, voice, SEED, cache)


def speak_all(part: labels.Part, only: list[str] | None, cache: Path, jobs: int) -> None:
    """Speak everything a part needs, in several processes: this is what takes time."""
    wanted = {(li["text"], li["voice"]) for s, v in clips(part, only) for li in lines(part, s, v)}
    wanted |= {(text, voice) for text in part.babble for voice in VOICES}
    tasks = [(text, voice, cache) for text, voice in sorted(wanted)]
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for done, _ in enumerate(pool.imap_unordered(speak, tasks, chunksize=4), 1):
            if done % 50 == 0:
                print(f"{done} of {len(tasks)} sentences", flush=True)


def placed(part: labels.Part, statement: dict[str, Any], voice: str, cache: Path) -> Any:
    """A clip's sentences with their samples and spans."""
    rng = np.random.default_rng(zlib.crc32(f"{statement['id']}{voice}".encode()) ^ SEED)
    clock = statement.get("quiet", 0.0) + rng.uniform(0.6, 1.5)
    said = []
    for line in lines(part, statement, voice):
        sound = speech.say(line["text"], line["voice"], SEED, cache)
        offset = clock + len(sound) / speech.RATE
        said.append({"onset_s": clock, "offset_s": offset, "sound": sound, **line})
        clock = offset + SENTENCE_PAUSE_S
    return said


def babble(part: labels.Part, count: int, rng: np.random.Generator, cache: Path) -> Any:
    """Several people talking at once of everyday things, at a level of one."""
    mix = np.zeros(count)
    for voice in rng.permutation(VOICES)[:BABBLE_SPEAKERS]:
        order = rng.permutation(part.babble)
        stream = np.concatenate([speech.say(text, str(voice), SEED, cache) for text in order])
        mix += np.resize(np.roll(stream, int(rng.integers(len(stream)))), count)
    return mix / np.sqrt(np.mean(mix**2))


def mixed(part: labels.Part, said: Any, condition: str, seed: int, cache: Path) -> Any:
    """A clip's samples at its condition's rate."""
    rng = np.random.default_rng(seed)
    sound = speech.ambience("room", said[-1]["offset_s"] + TAIL_S, rng)
    voices = np.concatenate([line["sound"] for line in said])
    if condition == "babble":
        level = np.sqrt(np.mean(voices**2)) / 10 ** (BABBLE_DB / 20)
        sound += level * babble(part, len(sound), rng, cache)
    for line in said:
        start = int(line["onset_s"] * speech.RATE)
        sound[start : start + len(line["sound"])] += line["sound"]
    rate = CONDITIONS[condition][2]
    shared = int(np.gcd(rate, speech.RATE))
    sound = signal.resample_poly(sound, rate // shared, speech.RATE // shared)
    return np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16)


def write_sound(samples: Any, codec: str, rate: int, path: Path) -> None:
    """Write one clip."""
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as file:
        stream = file.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        if codec == "libopencore_amrnb":
            stream.bit_rate = 12200
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.rate, frame.pts = rate, 0
        resampler = av.AudioResampler("s16", "mono", rate, stream.frame_size or 1024)
        for ready in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(ready))
        file.mux(stream.encode(None))


def entry(
    part: labels.Part, statement: dict[str, Any], said: Any, path: Path, length: float
) -> dict[str, Any]:
    """A clip's entry of truth.yaml."""
    _, codec, rate = CONDITIONS[path.parent.name]
    whole = truth.WHOLE
    rules = ("quality.unreadable", "continuity.gap", "quality.no_audio")
    expected = [truth.fact(rule, "pass", whole) for rule in rules]
    expected += truth.opening(said, length)
    out, differs = labels.missing(statement), statement["differs"]
    for name in labels.ELEMENTS if statement["elements"] else ():
        outcome = "fail" if name in out else "review" if name in differs else "pass"
        expected.append(truth.fact(f"statement.{name}", outcome, whole))
    return {
        "path": path.name,
        "kind": "audio",
        "activity": f"{part.name}-{statement['id']}",
        "started_at": f"{statement['started_at']:%Y-%m-%d %H:%M:%S}",
        "audio": {"codec": codec, "rate": rate},
        "duration_s": round(length, 2),
        "part": part.name,
        "statement": statement["id"],
        "voice": said[0]["voice"],
        "condition": path.parent.name,
        "speech": [
            {
                "onset_s": round(line["onset_s"], 2),
                "offset_s": round(line["offset_s"], 2),
                **{name: line[name] for name in ("voice", "role", "text")},
            }
            for line in said
        ],
        "elements": statement["elements"],
        "missing": out,
        "spoken": statement["spoken"],
        "officers_said": statement["officers_said"],
        "register": statement["register"],
        "differs": differs,
        "expected": expected,
    }


def make(
    part: labels.Part,
    decoys: dict[str, str],
    only: list[str] | None,
    condition: str,
    out: Path,
    cache: Path,
) -> None:
    """All clips of a part in one condition, with their registers and their truth under each."""
    suffix, codec, rate = CONDITIONS[condition]
    entries: dict[str, list[dict[str, Any]]] = {"": [], "_decoys": []}
    for statement, voice in clips(part, only):
        device = f"DSJ-A3_{1200 + VOICES.index(voice):07}"
        path = out / f"{device}_{statement['started_at']:%Y%m%d_%H%M%S}{suffix}"
        said = placed(part, statement, voice, cache)
        samples = mixed(part, said, condition, zlib.crc32(path.name.encode()) ^ SEED, cache)
        write_sound(samples, codec, rate, path)
        length = len(samples) / rate
        false = labels.disguised(statement, decoys)
        entries[""].append(entry(part, statement, said, path, length))
        entries["_decoys"].append(entry(part, false, said, path, length))
    for name, found in entries.items():
        text = yaml.dump({"files": found}, Dumper=Plain, allow_unicode=True, sort_keys=False)
        (out / f"truth{name}.yaml").write_text(HEADER + text, encoding="utf-8")
        change = decoys if name else {}
        labels.write_register(labels.activities(part, change), out / f"register{name}.csv")


def main() -> None:
    """Make what the arguments ask for."""
    parser = argparse.ArgumentParser(description="Make labelled synthetic statements.")
    book = labels.load()
    parser.add_argument("--part", choices=list(book), required=True)
    parser.add_argument("--voices", nargs="+", choices=VOICES, help="default: each statement's own")
    parser.add_argument("--conditions", nargs="+", choices=CONDITIONS, default=list(CONDITIONS))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="spoken sentences; default: FOLDER/cache")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    part, cache = book[args.part], args.cache or args.out / "cache"
    speak_all(part, args.voices, cache, args.jobs)
    for condition in args.conditions:
        out = args.out / part.name / condition
        out.mkdir(parents=True, exist_ok=True)
        make(part, labels.disguise(part), args.voices, condition, out, cache)
        print(out, flush=True)


if __name__ == "__main__":
    main()
