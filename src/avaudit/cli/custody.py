"""`avaudit verify`, `hold`, `approve` and `disclosures`: originals, and who discloses what."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from avaudit.cli.console import Out
from avaudit.cli.looking import existing_store, instant
from avaudit.codec import plain_to_json, to_plain
from avaudit.configuration import Configuration, configure
from avaudit.custody.disclosure import approve, hold
from avaudit.custody.seen import chain_seen
from avaudit.custody.stamping import Stamped, StampProof, check_stamps
from avaudit.custody.verification import Verification, VerifyReport
from avaudit.domain.custody import Head
from avaudit.errors import ConfigError
from avaudit.i18n import say, say_problem
from avaudit.report.tables import plain_table
from avaudit.settings import load_settings
from avaudit.store import chain, chained
from avaudit.store.proof import Break, Proof, prove

#: Originals in trouble that are told by name; the store has them all as findings.
_SHOWN = 50
_GB = 1e9
#: A clock that is off by no more than this is not worth a word.
_CLOCK_OFF_S = 120.0


def verify(options: argparse.Namespace, out: Out) -> int:
    """Prove the custody chain and read originals again."""
    settings = load_settings(
        db=options.db, lang=options.lang, jobs=options.jobs, rulebook=options.rulebook
    )
    if not settings.db.exists():
        raise ConfigError("cli.no_store", db=str(settings.db))
    configuration = configure(settings)
    heads = heads_of(options.head) if options.head else []
    if options.chain:
        chain_seen(settings)
        kept = chain.read_heads(settings.custody_heads) if settings.custody_heads else []
        stamps = check_stamps(settings)
        witnesses = [*heads, *kept, *stamps.heads]
        proof = prove(settings.db, witnesses, chained.known_hashes(settings.db))
        tell_chain(proof, out)
        tell_stamps(stamps, out)
        return 0 if proof.intact and not stamps.spoilt else 1
    night = Verification(
        configuration, [str(path) for path in options.paths], days=options.days,
        budget_bytes=options.budget * _GB if options.budget else None, heads=heads,
    )  # fmt: skip
    total = night.prepare()
    with out.progress(counted=False) as progress:
        label = say("keeping.verifying", out.lang, n=sum(map(len, night.portions)))
        task = progress.add_task(label, total=total or 1, current="")
        report = _run(night, lambda count: progress.advance(task, count))
    tell_verification(report, configuration, out)
    if options.json:
        out.raw(plain_to_json(figures_of(report)))
    return 0 if report.all_well else 1


def _run(night: Verification, advance: Callable[[int], None]) -> VerifyReport:
    for number in range(len(night.portions)):
        night.check(number, advance)
    return night.finish()


def heads_of(file: Any) -> list[Head]:
    """Heads that were kept in a file. Raises `ConfigError` where there are none."""
    heads = chain.read_heads(file)
    if not heads:
        raise ConfigError("keeping.no_heads", file=str(file))
    return heads


def figures_of(report: VerifyReport) -> dict[str, Any]:
    """A verification as JSON holds it."""
    plain: dict[str, Any] = to_plain(report)
    del plain["kept"]
    return {**plain, "all_well": report.all_well, "intact": report.proof.intact}


def tell_verification(report: VerifyReport, configuration: Configuration, out: Out) -> None:
    """Say what became of the originals and of the chain."""
    for problem in report.kept.problems:
        out.warn(say_problem(problem, out.lang))
    rows = [
        (say(f"keeping.state_{state}", out.lang), count)
        for state, count in sorted(report.states.items())
    ]
    names = [say(f"cli.column_{name}", out.lang) for name in ("state", "number")]
    out.table(plain_table(names, rows))
    for folder, count in report.sources:
        out.problem(say("keeping.source_gone", out.lang, path=folder, n=count))
    for state, path, other in report.troubles[:_SHOWN]:
        what = say(f"keeping.state_{state}", out.lang)
        out.problem(f"{what}  {path}  {other}".rstrip())
    if len(report.troubles) > _SHOWN:
        out.warn(say("keeping.more", out.lang, n=len(report.troubles) - _SHOWN))
    out.say("keeping.verified", n=report.checked, mb=round(report.read_bytes / 1e6, 1),
            left=report.left)  # fmt: skip
    days = configuration.settings.verify_days
    if report.left and report.nights > days:
        out.warn(say("keeping.too_slow", out.lang, nights=report.nights, days=days))
    tell_chain(report.proof, out)
    if report.behind_s > _CLOCK_OFF_S:
        out.warn(say("keeping.clock_behind", out.lang, seconds=round(report.behind_s)))
    if report.head:
        told = report.head
        out.say("keeping.head", position=told.position, sha256=told.hash["sha256"])
    tell_stamps(report.stamps, out)
    _tell_stamped(report.stamped, configuration.settings.custody_tsa, out)
    if configuration.settings.custody_sm3 and not chain.sm3_available():
        out.warn(say("keeping.no_sm3", out.lang))


def tell_chain(proof: Proof, out: Out) -> None:
    """Say whether the custody chain is intact, and if not, where."""
    for file, line in proof.torn:
        out.warn(say("keeping.torn", out.lang, file=file, line=line))
    if proof.sm3_unchecked:
        out.warn(say("keeping.sm3_unchecked", out.lang, n=proof.sm3_unchecked))
    for one in proof.breaks:
        out.problem(_said(one, out.lang))
    key = "keeping.intact" if proof.intact else "keeping.broken"
    out.say(key, n=proof.events, breaks=len(proof.breaks))


def tell_stamps(stamps: StampProof, out: Out) -> None:
    """Say what the kept time stamps are worth."""
    for file, reason in stamps.spoilt:
        out.problem(say("keeping.stamp_spoilt", out.lang, file=file, reason=reason))
    if stamps.verified and stamps.last_at:
        out.say("keeping.stamps_verified", n=stamps.verified, at=_shown(stamps.last_at))
    if stamps.unchecked:
        out.warn(say("keeping.stamps_unchecked", out.lang, n=stamps.unchecked))


def _tell_stamped(stamped: Stamped, service: str, out: Out) -> None:
    if stamped.at:
        if abs(stamped.ahead_s) > _CLOCK_OFF_S:
            out.warn(say("keeping.clock_off", out.lang, seconds=round(stamped.ahead_s)))
        out.say("keeping.stamped", service=_address(service), at=_shown(stamped.at))
    if stamped.trouble:
        values = {"service": _address(service), "reason": stamped.trouble}
        out.warn(say("keeping.not_stamped", out.lang, **values))


def _address(service: str) -> str:
    """An address without what may be secret in it: its path and a password."""
    parts = urlsplit(service)
    return f"{parts.scheme}://{parts.hostname or ''}" if parts.hostname else service


def _said(one: Break, lang: str) -> str:
    where = f"{one.position}–{one.until}" if one.until > one.position else str(one.position)
    said = say(f"keeping.break_{one.what}", lang, position=where)
    return f"{said} ({one.file}:{one.line})" if one.file else said


def set_hold(options: argparse.Namespace, out: Out) -> int:
    """Keep what belongs to an open case, or let it go."""
    settings = existing_store(options)
    hold(settings, options.what, release=options.release)
    out.say("keeping.released" if options.release else "keeping.held", what=options.what)
    return 0


def record_approval(options: argparse.Namespace, out: Out) -> int:
    """Put an approval on record."""
    settings = existing_store(options)
    until = instant(options.until)
    if until is None:
        raise ConfigError("cli.wrong_date", found=options.until)
    if not all(said.strip() for said in (options.what, options.asked_by, options.purpose)):
        raise ConfigError("keeping.blank")
    approve(settings, options.asked_by, options.what, until, options.purpose)
    out.say("keeping.approved", asked_by=options.asked_by, what=options.what,
            actor=settings.actor, until=until.isoformat())  # fmt: skip
    return 0


def list_disclosures(options: argparse.Namespace, out: Out) -> int:
    """Who approved, looked at and took out what, the latest last."""
    settings = existing_store(options)
    chain_seen(settings)
    rows = [
        (
            row["position"],
            _shown(row["happened_at"]),
            say(f"keeping.kind_{row['kind']}", out.lang),
            row["actor"],
            row["what"],
            row["asked_by"],
            _shown(row["expires_at"]),
            row["purpose"],
            row["path"],
        )
        for row in chained.disclosures(settings.db, settings.store_wait_s)
    ]
    names = ("position", "at", "event", "actor", "what", "asked_by", "until", "purpose", "file")
    out.table(plain_table([say(f"cli.column_{name}", out.lang) for name in names], rows))
    return 0


def _shown(at: datetime | None) -> str:
    return chained.local(at).strftime("%Y-%m-%d %H:%M") if at else ""
