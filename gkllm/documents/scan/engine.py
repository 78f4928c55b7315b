"""The OCR engine: RapidOCR's recogniser, whose weights come inside its package."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

from gkllm.errors import MissingExtra
from gkllm.language import later, said

_BATCH = 16
_WIDER = 1.1
"""Pictures read together are made as wide as the widest: with any sixteen together a page took 2.2 s, half of it white
paper, with those that are wider by up to a tenth 1.0 s.
"""
_SHAPE = [3, 48, 64]
"""Channels, height and least width of what the recogniser is given. Its own least width is meant for whole lines;
most cells hold one digit."""


Key = tuple[tuple[int, int], bytes]
"""What tells pictures apart: height and width, and every pixel."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was read in a picture of one line, and how sure the recogniser is, 0 to 1."""

    text: str
    score: float


HOW_TO_INSTALL = later("reading it needs OCR: pip install 'gkllm[ocr]'")


def ocr_installed() -> bool:
    """Whether the extra is there; nothing is loaded to find out."""
    return all(find_spec(name) is not None for name in ("cv2", "onnxruntime", "rapidocr"))


def require_ocr(name: str) -> None:
    """Check that the extra is installed.

    Raises:
        MissingExtra: it is not; the message names it.
    """
    if not ocr_installed():
        raise MissingExtra("{name}: its pages are pictures; {hint}", name=name, hint=said(HOW_TO_INSTALL))


def recognise(pictures: Sequence[Any]) -> list[Recognised]:
    """The text in each picture (grey, dark on light) of a single line; pictures that are alike are read once."""
    if not pictures:
        return []
    from rapidocr.ch_ppocr_rec import TextRecInput

    keys = [(picture.shape, picture.tobytes()) for picture in pictures]
    read: dict[Key, Recognised] = {}
    for batch in _batches(dict(zip(keys, pictures, strict=True))):
        found = _engine()(TextRecInput(img=[_coloured(picture) for picture in batch.values()]))
        for key, text, score in zip(batch, found.txts, found.scores, strict=True):
            read[key] = Recognised(text or "", float(score))
    return [read[key] for key in keys]


def _batches(pictures: Mapping[Key, Any]) -> Iterator[dict[Key, Any]]:
    """The pictures by width, those together that the recogniser is given nearly as they are."""
    batch: dict[Key, Any] = {}
    narrowest = 0.0
    for key, picture in sorted(pictures.items(), key=lambda item: _width(item[1])):
        if batch and (len(batch) == _BATCH or _width(picture) > _WIDER * narrowest):
            yield batch
            batch = {}
        if not batch:
            narrowest = _width(picture)
        batch[key] = picture
    yield batch


def _width(picture: Any) -> float:
    """How wide the recogniser is given the picture."""
    height, width = picture.shape
    _, own_height, least = _SHAPE
    return float(max(least, own_height * width / height))


def _coloured(picture: Any) -> Any:
    import cv2

    return cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)


@cache
def _engine() -> Any:
    import numpy as np
    from rapidocr import RapidOCR

    # Left to itself the runtime starts a thread for every core of the machine, even of those it may not use.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    engine = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Rec.rec_batch_num": _BATCH,
            "EngineConfig.onnxruntime.intra_op_num_threads": cores,
        }
    )
    # The recogniser is built when it is first used.
    engine(np.full((48, 96, 3), 255, np.uint8), use_det=False, use_cls=False, use_rec=True)
    recogniser: Any = engine.text_rec
    recogniser.rec_image_shape = _SHAPE
    return recogniser
