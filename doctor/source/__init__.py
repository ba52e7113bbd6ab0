"""Reading the project's Python without running it.

``read_project`` finds the files that have to do with Connexion, parses them and gives ``Sources``: what is
called, imported, assigned and defined there, with names resolved through imports, aliases, assignments,
classes, factories, fixtures and other modules of the project. Nothing of the project runs.
"""

from doctor.source.module import Module, Unread, Use
from doctor.source.project import read_project
from doctor.source.sources import Sources

__all__ = ["Module", "Sources", "Unread", "Use", "read_project"]
