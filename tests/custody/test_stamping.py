"""Time stamps of the chain's head, from a real service: made, checked, and never a night's end."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from avaudit.cli import main
from avaudit.configuration import Configuration
from avaudit.custody.stamping import check_stamps, stamp_head, stamps_folder
from avaudit.custody.verification import VerifyReport
from avaudit.errors import ConfigError
from avaudit.store import chain
from avaudit.store.proof import prove
from support.originals import audited, configured, tiny_files, verified
from support.time_stamps import Service, can_stamp, service

Told = pytest.CaptureFixture[str]

pytestmark = pytest.mark.skipif(not can_stamp(), reason="openssl runs the service")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("stamps") / "tsa") as made:
        yield made


@pytest.fixture
def tsa(shared: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The service, in good mood and on loopback, whatever proxies this machine has."""
    shared.mood = "well"
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return shared


def _night(folder: Path, tsa: Service, **settings: object) -> Configuration:
    db = folder / "avaudit.duckdb"
    configuration = configured(
        db, **{"custody_tsa": tsa.url, "custody_tsa_ca": tsa.root, **settings}
    )
    if not db.exists():
        audited(db, tiny_files(folder / "r", 3), configuration)
    return configuration


def _stamped(report: VerifyReport) -> bool:
    return report.stamped.at is not None


def test_the_head_is_stamped_every_night_and_anybody_can_check_it(
    tsa: Service, tmp_path: Path
) -> None:
    configuration = _night(tmp_path, tsa)
    for nights in (1, 2):
        report = verified(configuration)
        assert report.stamped.at is not None
        assert abs(report.stamped.at - datetime.now(UTC)) < timedelta(minutes=5)
        assert report.all_well
        assert report.stamps.verified == nights - 1  # those of the nights before
    folder = stamps_folder(configuration.settings)
    assert report.head
    data = folder / f"head-{report.head.position}.json"
    assert chain.read_heads(data) == [report.head]
    assert tsa.attests(data, data.with_suffix(".tsr"))
    assert not tsa.attests(next(iter(folder.glob("*.json"))), data.with_suffix(".tsr"))
    asked = tsa.asked
    assert not _stamped_again(configuration)
    assert tsa.asked == asked


def _stamped_again(configuration: Configuration) -> bool:
    settings = configuration.settings
    return stamp_head(settings, chain.head(settings.db)).at is not None


@pytest.mark.parametrize("mood", ["refusing", "rejecting", "other", "replay", "garbage", "endless"])
def test_a_service_that_answers_wrongly_fails_no_night(
    mood: str, tsa: Service, tmp_path: Path
) -> None:
    configuration = _night(tmp_path, tsa)
    assert _stamped(verified(configuration))
    tsa.mood = mood
    report = verified(configuration)
    assert report.stamped.trouble
    assert report.all_well
    assert len(list(stamps_folder(configuration.settings).glob("*.tsr"))) == 1
    tsa.mood = "well"
    assert _stamped(verified(configuration))


def test_a_service_that_is_not_there_is_said_and_made_up_for(
    tsa: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    monkeypatch.setattr("avaudit.custody.stamping._READ_S", 0.3)
    tsa.mood = "silent"
    assert verified(_night(tmp_path, tsa)).stamped.trouble
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AVAUDIT_SPEECH_MODEL", "none")
    monkeypatch.setenv("AVAUDIT_CUSTODY_TSA", "http://user:secret@127.0.0.1:9/hidden")
    assert main(["verify"]) == 0
    told = capsys.readouterr().err
    assert "未能为链头加盖时间戳" in told
    assert "secret" not in told
    assert "hidden" not in told
    tsa.mood = "well"
    monkeypatch.setenv("AVAUDIT_CUSTODY_TSA", tsa.url)
    monkeypatch.setenv("AVAUDIT_CUSTODY_TSA_CA", str(tsa.root))
    assert main(["verify"]) == 0
    assert "已为链头加盖时间戳" in capsys.readouterr().err
    assert main(["verify", "--chain"]) == 0
    assert "1 个时间戳与链头相符" in capsys.readouterr().err


def test_a_chain_made_anew_does_not_meet_its_stamps(tsa: Service, tmp_path: Path) -> None:
    """Whoever makes another chain, and other heads, cannot make the service's signature."""
    mine, forged = tmp_path / "mine", tmp_path / "forged"
    for folder in (mine, forged):
        folder.mkdir()
    configuration = _night(mine, tsa)
    verified(configuration)
    verified(_night(forged, tsa, custody_tsa=""))
    assert prove(forged / "avaudit.duckdb").intact
    for file in (forged / "avaudit.custody").glob("*.json*"):
        shutil.copy(file, mine / "avaudit.custody" / file.name)
    stamps = check_stamps(configuration.settings)
    assert stamps.verified == 1
    breaks = prove(configuration.settings.db, stamps.heads).breaks
    assert "rewritten" in {one.what for one in breaks}
    head = next(stamps_folder(configuration.settings).glob("*.json"))
    shutil.copy(mine / "avaudit.custody" / "head.json", head)
    assert [reason for _, reason in check_stamps(configuration.settings).spoilt] == [
        "it is a stamp of something else"
    ]


def test_a_spoilt_stamp_is_said_whatever_its_bytes_are(tsa: Service, tmp_path: Path) -> None:
    configuration = _night(tmp_path, tsa)
    assert _stamped(verified(configuration))
    (stamp,) = stamps_folder(configuration.settings).glob("*.tsr")
    whole, chance = stamp.read_bytes(), random.Random(7)
    spoilt = 0
    for _ in range(150):
        changed = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3, 20))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        cut = chance.choice((None, None, chance.randrange(len(whole))))
        stamp.write_bytes(bytes(changed)[:cut])
        found = check_stamps(configuration.settings)
        assert found.verified + len(found.spoilt) == 1
        spoilt += len(found.spoilt)
    assert spoilt > 120  # the others say the same: the root is sent along, and not used


def test_a_stamp_of_another_service_is_none(tsa: Service, tmp_path: Path) -> None:
    with service(tmp_path / "forger") as forger:
        mine = _night(tmp_path, tsa, custody_tsa=forger.url)
        report = verified(mine)
        assert report.stamped.trouble  # the certificate that is set did not sign it
        unchecked = _night(tmp_path, tsa, custody_tsa=forger.url, custody_tsa_ca=None)
        assert _stamped(verified(unchecked))
    assert check_stamps(unchecked.settings).unchecked == 1
    report = verified(mine)
    assert len(report.stamps.spoilt) == 1
    assert not report.all_well


def test_stamps_lie_beside_the_heads_that_are_kept_elsewhere(tsa: Service, tmp_path: Path) -> None:
    elsewhere = tmp_path / "usb"
    elsewhere.mkdir()
    configuration = _night(tmp_path, tsa, custody_heads=elsewhere / "heads.jsonl")
    assert _stamped(verified(configuration))
    assert len(list((elsewhere / "heads.stamps").glob("head-*.tsr"))) == 1
    assert check_stamps(configuration.settings).verified == 1


def test_certificates_that_cannot_be_read_are_a_mistake_of_the_settings(
    tsa: Service, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for file in ("ca.pem", "missing.pem"):
        with pytest.raises(ConfigError) as caught:
            verified(_night(tmp_path, tsa, custody_tsa_ca=tmp_path / file))
        assert caught.value.key == "keeping.stamp_ca"
