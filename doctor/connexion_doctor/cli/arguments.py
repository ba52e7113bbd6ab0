"""The pieces of the command line: how arguments are taken apart, what shells complete, what is said when
something breaks."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.processes.signals import Interrupted
from connexion_doctor.reporters import FORMATS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    TextType = click.ParamType[str]
else:  # older versions of click have no parameter there
    TextType = click.ParamType

SHELLS = ("bash", "zsh", "fish")
PROGRAM = "connexion-doctor"
INTERRUPTED = 130
DEFAULT = "check"


@dataclass(frozen=True)
class Later:
    """A command that is imported when it is asked for: its name, the module of ``cli`` that has it under that
    name, and what its help begins with."""

    name: str
    module: str
    summary: str


class DefaultCommand(click.Group):
    """``connexion-doctor app:app`` means ``connexion-doctor check app:app``; nothing ends in a traceback.

    :param later: the commands, as ``--help`` lists them
    """

    def __init__(self, *args: Any, later: Sequence[Later] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.later = {one.name: one for one in later}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, imported or not."""
        return [*self.later]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        if name in self.later and name not in self.commands:
            module = importlib.import_module(f"connexion_doctor.cli.{self.later[name].module}")
            self.add_command(getattr(module, name))
        return super().get_command(ctx, name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands and their summaries; none is imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl([(one.name, one.summary) for one in self.later.values()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The default command in front of what names none."""
        if args[:1] == ["help"]:
            args = [*args[1:2], "--help"] if args[1:2] and args[1] in self.later else ["--help"]
        if set(args) in ({"--version", "-v"}, {"--version", "--verbose"}):
            args = ["info"]
        own = {"--help", "-h", "--version"}
        completing = ctx.resilient_parsing and not args
        if not completing and (not args or (args[0] not in self.later and args[0] not in own)):
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
        default = self.get_command(ctx, DEFAULT)
        assert default is not None
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
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in FORMATS if name.startswith(incomplete)]


class RuleCode(TextType):
    """A rule's code or name, or several with commas between them."""

    name = "rule"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """The rules whose code or name begins so; behind a comma, the next one."""
        from click.shell_completion import CompletionItem

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
