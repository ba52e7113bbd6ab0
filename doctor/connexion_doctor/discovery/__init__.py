"""How a project is started, read from its files. Nothing of it is run."""

from connexion_doctor.discovery.find import discover
from connexion_doctor.discovery.found import Discovery, Other, Problem, Service, Unresolved

__all__ = ["Discovery", "Other", "Problem", "Service", "Unresolved", "discover"]
