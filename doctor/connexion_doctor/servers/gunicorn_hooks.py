"""Functions of gunicorn's configuration file that gunicorn calls, and with how much."""

from __future__ import annotations

import ast

# gunicorn/config.py (27): ``validate_callable(arity)`` of the server hooks; ``post_request`` takes 2 to 4.
TAKES = {
    **dict.fromkeys(("on_starting", "on_reload", "when_ready", "post_worker_init", "worker_int"), (1,)),
    **dict.fromkeys(("worker_abort", "pre_exec", "on_exit", "on_dirty_starting", "dirty_worker_init"), (1,)),
    **dict.fromkeys(("pre_fork", "post_fork", "pre_request", "child_exit", "worker_exit"), (2,)),
    **dict.fromkeys(("ssl_context", "dirty_post_fork", "dirty_worker_exit"), (2,)),
    "nworkers_changed": (3,),
    "post_request": (2, 3, 4),
}


def misfit(tree: ast.Module) -> tuple[int, str] | None:
    """The line of a hook that takes another number of arguments, and what gunicorn says of it."""
    hooks = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name in TAKES}
    for name, hook in hooks.items():
        count = len(hook.args.posonlyargs) + len(hook.args.args)
        if count not in TAKES[name] and not hook.decorator_list:
            return hook.lineno, f"{name}: Value must have an arity of: {TAKES[name][-1]}"
    return None
