"""Reads a variable that is not set where the tests run."""

import os

from app import app

TOKEN = os.environ["CONNEXION_DOCTOR_NO_SUCH_VARIABLE"]

__all__ = ["app"]
