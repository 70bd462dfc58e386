"""Read text in pictures with rapidocr, whose wheel carries its models: nothing is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import rapidocr

Luma = npt.NDArray[np.uint8]
Corners = tuple[int, int, int, int]

#: A worker runs beside others: one thread each (two took longer in sum, measured on two cores).
_THREADS = 1
#: Pixels on the long side at which text is looked for; larger pictures are made smaller first.
_LOOK_SIDE = 960


@dataclass(frozen=True, slots=True)
class ReadText:
    """A line of text as recognised: its mean probability (0 to 1), and where each character is.

    `centres` has the place of each character across the crop's width (0 to 1; blanks: NaN).
    """

    text: str
    score: float
    centres: tuple[float, ...]


class TextReader:
    """Two instances of rapidocr: what is asked of one (`use_det`) stays with it between calls."""

    def __init__(self) -> None:
        models = Path(rapidocr.__file__).parent / "models"
        common = {
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Global.max_side_len": 8192,
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            # Given by path, a model is opened or missing: it is never asked for over a network.
            "Det.model_path": str(_only(models, "*_det_*.onnx")),
            "Rec.model_path": str(_only(models, "*_rec_*.onnx")),
        }
        looks = {"Global.use_rec": False, "Det.limit_type": "max", "Det.limit_side_len": _LOOK_SIDE}
        # No narrower crop is widened to 320 pixels: a time of day is read twice as fast.
        reads = {"Global.return_word_box": True, "Rec.rec_img_shape": [3, 48, 48]}
        self._finder = rapidocr.RapidOCR(params=common | looks)
        self._recogniser = rapidocr.RapidOCR(params=common | reads)

    def find(self, picture: Luma) -> list[Corners]:
        """Where text stands in a picture: (left, top, right, bottom) in pixels."""
        boxes: Any = getattr(self._finder(_colours(picture)), "boxes", None)
        boxes = () if boxes is None else boxes
        return [_upright(np.asarray(box), picture.shape) for box in boxes]

    def read(self, crop: Luma) -> ReadText:
        """The text of a crop that holds one line of it; "" where there is none."""
        if min(crop.shape) < 4:
            return ReadText("", 0.0, ())
        done = self._recogniser.recognize_txt([_colours(crop)])
        text = done.txts[0] if done.txts else ""
        if not text:
            return ReadText("", 0.0, ())
        return ReadText(text, float(done.scores[0]), _centres(text, done.word_results[0]))


@cache
def text_reader() -> TextReader:
    """The reader of this process. Raises `OSError` and what onnxruntime raises without models."""
    return TextReader()


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if not found:
        raise FileNotFoundError(f"rapidocr's wheel holds no {pattern}")
    return found[0]


def _colours(luma: Luma) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(luma), cv2.COLOR_GRAY2BGR), np.uint8)


def _upright(box: npt.NDArray[Any], shape: Sequence[int]) -> Corners:
    (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
    height, width = shape
    return (
        int(np.clip(left, 0, width)), int(np.clip(top, 0, height)),
        int(np.clip(np.ceil(right), 0, width)), int(np.clip(np.ceil(bottom), 0, height)),
    )  # fmt: skip


def _centres(text: str, info: Any) -> tuple[float, ...]:
    """Characters across the crop's width, from the columns in which the recogniser saw them."""
    columns = iter([column for word in info.word_cols for column in word])
    length = float(info.line_txt_len) or 1.0
    return tuple(
        float("nan") if one.isspace() else (next(columns, float("nan")) + 0.5) / length
        for one in text
    )
