"""The pieces of the command line: how arguments are taken apart, what shells complete, what is said when
something breaks."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from connexion_doctor.processes.signals import Interrupted
from connexion_doctor.reporters import FORMATS

if TYPE_CHECKING:
    TextType = click.ParamType[str]
else:  # older versions of click have no parameter there
    TextType = click.ParamType

SHELLS = ("bash", "zsh", "fish")
PROGRAM = "connexion-doctor"
INTERRUPTED = 130
DEFAULT = "check"


class DefaultCommand(click.Group):
    """``connexion-doctor app:app`` means ``connexion-doctor check app:app``; nothing ends in a traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The default command in front of what names none."""
        if args[:1] == ["help"]:
            args = [*args[1:2], "--help"] if args[1:2] and args[1] in self.commands else ["--help"]
        if set(args) in ({"--version", "-v"}, {"--version", "--verbose"}):
            args = ["info"]
        own = {"--help", "-h", "--version"}
        completing = ctx.resilient_parsing and not args
        if not completing and (not args or (args[0] not in self.commands and args[0] not in own)):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a fault of ours is said in one line, and is a 3."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:  # where signals are not taken: in somebody else's process
            click.echo(f"{PROGRAM}: interrupted", err=True)
            ctx.exit(INTERRUPTED)
        except Interrupted:
            with contextlib.suppress(OSError):
                click.echo(f"{PROGRAM}: interrupted", err=True)
            raise
        except Exception as exc:
            from connexion_doctor.checkup import failure

            click.echo(f"{PROGRAM}: {failure.internal(exc)}", err=True)
            ctx.exit(failure.BROKEN)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands, and what the default command takes."""
        found = super().shell_complete(ctx, incomplete)
        default = self.commands[DEFAULT]
        inner = default.make_context(DEFAULT, [], parent=ctx, resilient_parsing=True)
        known = {item.value for item in found}
        return found + [item for item in default.shell_complete(inner, incomplete) if item.value not in known]


class Check(click.Command):
    """Takes the start command behind ``--`` off before click sees it as positionals."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options in groups."""
        from connexion_doctor.cli import option_groups

        option_groups.write(self.get_params(ctx), ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The words behind ``--`` are kept beside the options."""
        from connexion_doctor.cli import mistakes
        from connexion_doctor.model.errors import UsageError

        own, command = _split_command(args)
        if "--" not in args and not ctx.resilient_parsing:
            valued = {
                name
                for one in self.params
                if isinstance(one, click.Option) and not one.is_flag
                for name in one.opts
            }
            try:
                mistakes.refuse_start_command(args, valued)
                mistakes.refuse_short_configuration(args)
            except UsageError as exc:
                raise click.UsageError(str(exc), ctx) from exc
        ctx.meta["start_command"] = tuple(command)
        ctx.meta["has_command"] = "--" in args
        return super().parse_args(ctx, own)


def _split_command(args: list[str]) -> tuple[list[str], list[str]]:
    """What stands before ``--`` and behind it."""
    if "--" not in args:
        return args, []
    index = args.index("--")
    return args[:index], args[index + 1 :]


class Format(TextType):
    """``FORMAT`` or ``FORMAT=PATH``; completed here, checked where reports are written."""

    name = "format"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The formats that begin so."""
        return [CompletionItem(name) for name in FORMATS if name.startswith(incomplete)]


class RuleCode(TextType):
    """A rule's code or name, or several with commas between them."""

    name = "rule"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The rules whose code or name begins so; behind a comma, the next one."""
        from connexion_doctor.rules import index as rule_index

        before, comma, last = incomplete.rpartition(",")
        return [
            CompletionItem(f"{before}{comma}{spelt}", help=entry.summary)
            for entry in rule_index.entries()
            for spelt in ((entry.code, entry.name) if last else (entry.code,))
            if spelt.lower().startswith(last.lower())
        ]


def completion_script(command: click.Command, shell: str) -> str:
    """The text that makes a shell complete the program's words, to be evaluated or installed there."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None, shell
    made = found(command, {}, PROGRAM, f"_{PROGRAM.upper().replace('-', '_')}_COMPLETE")
    # click's source() asks the running bash for its version first; the text needs no shell. Its fish script
    # takes a comma for the end of a word; ours stand in lists of rules and in their descriptions.
    template = made.source_template.replace(
        'string split "," $completion', 'string split -m 1 "," $completion'
    )
    return str(template % made.source_vars())
