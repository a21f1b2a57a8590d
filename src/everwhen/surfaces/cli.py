"""The `everwhen` command: its entry point, errors and exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

import click

from everwhen.errors import EverwhenError, NotFoundError
from everwhen.surfaces import (
    cli_bench,
    cli_file,
    cli_judge,
    cli_policy,
    cli_proof,
    cli_read,
    cli_write,
)
from everwhen.surfaces.options import FAILED, INTERRUPTED, NOTHING_FOUND, USAGE, group
from everwhen.surfaces.show import safe
from everwhen.version import __version__


@group
@click.version_option(__version__, prog_name="everwhen")
@click.pass_context
def cli(ctx: click.Context, /, **_: object) -> None:
    """Long-term memory for agents: what was said, what is true, and since when.

    Options may stand before or after the command. `everwhen demo` shows it working.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


for command in (
    *cli_write.COMMANDS,
    *cli_read.COMMANDS,
    *cli_policy.COMMANDS,
    *cli_judge.COMMANDS,
    *cli_file.COMMANDS,
    *cli_proof.COMMANDS,
    *cli_bench.COMMANDS,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; gives the exit code. Errors are one line on standard error."""
    as_json = "--json" in arguments
    _open_missing_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = cli.main(list(arguments), prog_name="everwhen", standalone_mode=False)
        sys.stdout.flush()
    except click.Abort:
        return _report("Interrupted", "interrupted", INTERRUPTED, as_json)
    except click.UsageError as error:
        hint = f" (see `{error.ctx.command_path} --help`)" if error.ctx else ""
        return _report("UsageError", error.format_message() + hint, USAGE, as_json)
    except click.ClickException as error:
        return _report(type(error).__name__, error.format_message(), error.exit_code, as_json)
    except NotFoundError as error:
        return _report(type(error).__name__, str(error), NOTHING_FOUND, as_json)
    except EverwhenError as error:
        return _report(type(error).__name__, str(error), FAILED, as_json)
    except BrokenPipeError:
        # What is still in the buffer would be written, and fail again, when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        return _report(type(error).__name__, str(error), FAILED, as_json)
    return code if isinstance(code, int) else 0


def _open_missing_streams() -> None:
    """Stand in for streams that were closed before the command began."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def _report(kind: str, message: str, code: int, as_json: bool) -> int:
    if as_json:
        sys.stderr.write(json.dumps({"error": {"type": kind, "message": message}}) + "\n")
    else:
        sys.stderr.write(f"everwhen: {safe(message)}\n")
    return code


if __name__ == "__main__":
    main()
