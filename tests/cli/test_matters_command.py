"""`avaudit rules matters`: the list of matters, in the user's language."""

from __future__ import annotations

import pytest

from avaudit.cli import main
from avaudit.i18n import LANGUAGES, say


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_of_matters_is_shown(
    lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["rules", "matters", "--lang", lang]) == 0
    told = capsys.readouterr().out
    assert {"zh": "代履行", "en": "performance in the"}[lang] in told
    assert all(say(f"cli.duty_{duty}", lang).split()[0] in told for duty in ("must", "may"))


def test_a_book_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "matters", "no_such_book"]) == 2
    assert "no_such_book" in capsys.readouterr().err
