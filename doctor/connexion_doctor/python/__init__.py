"""Reading the project's Python without running it.

``read_project`` finds the files that have to do with Connexion, parses them and gives ``Sources``: what is
called, imported, assigned and defined there, with names resolved through imports, aliases, assignments,
classes, factories, fixtures and other modules of the project. Nothing of the project runs.
"""

from connexion_doctor.python.module import Module, Unread, Use
from connexion_doctor.python.project import read_project
from connexion_doctor.python.sources import Sources

__all__ = ["Module", "Sources", "Unread", "Use", "read_project"]
