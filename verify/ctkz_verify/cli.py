"""The command line: a certificate's file, or following the log, or being its witness."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from ctkz_verify import document, log, witness
from ctkz_verify.notes import BadNoteError
from ctkz_verify.report import EXIT_CODES, EXIT_NOT_CHECKED, EXIT_PROVED, EXIT_USAGE, CannotCheck
from ctkz_verify.report import Report as AnyReport
from ctkz_verify.source import Source
from ctkz_verify.trust import Trust, log_key, read_file
from ctkz_verify.words import LANGUAGES, outcome_word, sentence

SIGNS = {"proved": "✓", "failed": "✗", "not_checked": "?"}
DAY = 24 * 60 * 60


class Parser(argparse.ArgumentParser):
    """Wrong use has an exit code of its own, so that no script takes it for an answer."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, f"{self.prog}: {message}\n")


def run() -> NoReturn:
    # Kazakh letters must not end a check where the terminal knows none.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """0 proved, 1 something is wrong, 2 could not be checked, 64 wrong use."""
    command = COMMANDS.get(argv[0]) if argv else None
    try:
        return command(argv[1:]) if command else _document(argv)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else EXIT_USAGE
    except KeyboardInterrupt:
        return EXIT_NOT_CHECKED


def _document(argv: Sequence[str]) -> int:
    parser = _parser("ctkz-verify", "Prove a CT-KZ certificate from its file, without a network.")
    parser.usage = "%(prog)s FILE.pdf --trust FOLDER | log URL … | witness URL … | witness-key …"
    parser.add_argument("file", type=Path, metavar="FILE.pdf")
    parser.add_argument("--trust", type=Path, metavar="FOLDER", help="the authority's public keys")
    parser.add_argument("--proof", type=Path, help="default: FILE.tlog-proof beside the file")
    parser.add_argument("--record", type=Path, help="the record as it was downloaded")
    parser.add_argument("--act", type=Path, help="the record of the act of expertise")
    options = parser.parse_args(argv)
    proof = options.proof
    beside = options.file.with_suffix(".tlog-proof")
    if proof is None and beside.exists():
        proof = beside
    try:
        report = document.verify_document(
            read_file(options.file),
            trust=Trust.read(options.trust) if options.trust else Trust(),
            proof=read_file(proof).decode(errors="replace") if proof else None,
            record=read_file(options.record) if options.record else None,
            act=read_file(options.act) if options.act else None,
        )
    except CannotCheck as error:
        return _refused(options, error)
    return _tell(options, report)


def _log(argv: Sequence[str]) -> int:
    parser = _parser("ctkz-verify log", "Follow the log: nothing published may change or vanish.")
    _add_source(parser)
    parser.add_argument("--all", action="store_true", help="recompute the root from every entry")
    parser.add_argument(
        "--witnesses", type=int, metavar="N", help="how many must have confirmed (default: 1)"
    )
    parser.add_argument(
        "--witness-age", type=int, default=DAY, metavar="SECONDS", help="default: a day"
    )
    options = parser.parse_args(argv)
    try:
        trust = _trust(options)
        needed = options.witnesses
        if needed is None:
            needed = 1 if trust.witnesses else 0
        report = log.follow(
            Source(options.url),
            options.state,
            trust=trust,
            everything=options.all,
            witnesses=log.Wanted(needed, options.witness_age),
        )
    except CannotCheck as error:
        return _refused(options, error)
    return _tell(options, report)


def _witness(argv: Sequence[str]) -> int:
    parser = _parser("ctkz-verify witness", "Watch the log and cosign what continues it.")
    _add_source(parser)
    parser.add_argument("--key", type=Path, required=True, help="this witness's private key")
    often = parser.add_mutually_exclusive_group()
    often.add_argument("--once", action="store_true", help="one round (the default)")
    often.add_argument("--every", type=_seconds, metavar="SECONDS", help="round after round")
    options = parser.parse_args(argv)
    try:
        key = witness.read_key(options.key)
        source, trusted = Source(options.url), _trust(options).log_key
    except CannotCheck as error:
        return _refused(options, error)
    if trusted is None:
        return _refused(options, CannotCheck("no_log_key"))
    rounds = witness.rounds(source, options.state, key=key, log_key=trusted, every=options.every)
    code = EXIT_NOT_CHECKED
    for report in rounds:
        code = _tell(options, report)
    return code


def _witness_key(argv: Sequence[str]) -> int:
    parser = _parser("ctkz-verify witness-key", "Make a witness's key.")
    parser.add_argument("name", metavar="NAME", help="an address without scheme")
    parser.add_argument("file", type=Path, metavar="FILE")
    options = parser.parse_args(argv)
    try:
        public = witness.make_key(options.name, options.file)
    except BadNoteError as error:
        parser.error(str(error))
    except CannotCheck as error:
        return _refused(options, error)
    if options.json:
        _write(json.dumps({"public_key": public.encoded()}))
    else:
        _write(f"{sentence('key_made', options.lang)}:\n{public.encoded()}")
    return EXIT_PROVED


COMMANDS = {"log": _log, "witness": _witness, "witness-key": _witness_key}


def _parser(program: str, description: str) -> Parser:
    parser = Parser(program, description=description)
    parser.add_argument("--lang", choices=LANGUAGES, default=_language())
    parser.add_argument("--json", action="store_true", help="one JSON object")
    return parser


def _add_source(parser: Parser) -> None:
    parser.add_argument("url", metavar="URL", help="the log's address, …/log")
    parser.add_argument("--state", type=Path, required=True, help="what was seen last is kept here")
    keys = parser.add_mutually_exclusive_group(required=True)
    keys.add_argument("--trust", type=Path, metavar="FOLDER", help="the authority's public keys")
    keys.add_argument("--log-key", type=Path, metavar="FILE", help="the log's public key alone")


def _trust(options: argparse.Namespace) -> Trust:
    if options.trust:
        return Trust.read(options.trust)
    return Trust(log_key=log_key(options.log_key))


def _seconds(text: str) -> int:
    seconds = int(text)
    if seconds < 1:
        raise argparse.ArgumentTypeError("at least one second")
    return seconds


def _language() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable, "")[:2] in LANGUAGES:
            return os.environ[variable][:2]
    return "en"


def _refused(options: argparse.Namespace, error: CannotCheck) -> int:
    report = AnyReport()
    report.refused("read", error)
    return _tell(options, report)


def _tell(options: argparse.Namespace, report: Any) -> int:
    """Print the findings and turn the worst of them into the exit code."""
    lang, outcome = options.lang, report.outcome
    findings = [
        {
            "check": finding.check,
            "outcome": finding.outcome.value,
            "code": finding.code,
            "sentence": sentence(finding.code, lang),
            "detail": finding.detail,
        }
        for finding in report.findings
    ]
    if options.json:
        told = {
            "outcome": outcome.value,
            "number": report.number,
            "findings": findings,
            "not_proved": report.limits,
        }
        _write(json.dumps(told, ensure_ascii=False))
    else:
        for one in findings:
            detail = f": {one['detail']}" if one["detail"] else ""
            _write(f"{SIGNS[one['outcome']]} {one['sentence']}{detail}")
        for code in report.limits:
            _write(f"– {sentence(code, lang)}")
        _write(f"{outcome_word(outcome, lang)} {report.number}".strip())
    return EXIT_CODES[outcome]


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
