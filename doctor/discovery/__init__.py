"""How a project is started, read from its files. Nothing of it is run."""

from doctor.discovery.find import discover
from doctor.discovery.model import Discovery, Other, Problem, Service, Unresolved

__all__ = ["Discovery", "Other", "Problem", "Service", "Unresolved", "discover"]
