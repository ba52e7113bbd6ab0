"""What the grammar lets be, and Python refuses when it compiles: ``return`` outside of a function."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache


@lru_cache(320)  # as many as there are parsed modules that are kept
def uncompiled(tree: ast.Module) -> SyntaxError | None:
    """Why a module that was parsed is none of Python's; None where it is one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(tree, "<module>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        pass
    return None
