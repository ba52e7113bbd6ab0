"""A module that imports what nobody installed."""

import a_package_that_nobody_installed  # noqa: F401
from app import app  # noqa: F401
