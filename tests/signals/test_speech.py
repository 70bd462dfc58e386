"""Voice activity and levels: nobody is heard where nobody speaks, and loudness is loudness."""

from __future__ import annotations

import numpy as np
import pytest

from avaudit.domain.time import Span
from avaudit.signals.speech import RATE_HZ, measure
from support.forge import noise, tone


@pytest.mark.parametrize("dbfs", [-70.0, -40.0, -12.0])
def test_noise_is_no_voice_and_has_its_level(dbfs: float) -> None:
    found = measure(noise(8, RATE_HZ, dbfs), Span(0.0, 8.0))
    assert found.voiced == ()
    assert found.level_dbfs == pytest.approx(dbfs, abs=0.5)
    assert found.background_dbfs == pytest.approx(dbfs, abs=0.5)


def test_silence_is_no_voice() -> None:
    found = measure(np.zeros(5 * RATE_HZ, np.float32), Span(0.0, 5.0))
    assert found.voiced == ()
    assert (found.level_dbfs, found.background_dbfs) == (-120.0, -120.0)
    assert found.examined == (Span(0.0, 5.0),)


def test_a_steady_tone_is_no_voice() -> None:
    assert measure(tone(5, RATE_HZ, 1000, 0.3), Span(0.0, 5.0)).voiced == ()


def test_no_sound_at_all_says_nothing() -> None:
    found = measure(np.zeros(0, np.float32), Span(0.0, 0.0))
    assert found.voiced == ()
    assert found.level_dbfs == -120.0
    assert found.background_dbfs == -120.0


def test_the_background_is_the_quietest_part() -> None:
    sound = noise(10, RATE_HZ, -50)
    sound[2 * RATE_HZ : 8 * RATE_HZ] = noise(6, RATE_HZ, -10)
    found = measure(sound, Span(0.0, 10.0))
    assert found.background_dbfs == pytest.approx(-50, abs=0.5)
    assert found.level_dbfs == pytest.approx(-10 + 10 * np.log10(0.6), abs=0.5)
