"""click 7, which does not tell where the value of a parameter comes from."""

from __future__ import annotations

from types import SimpleNamespace as Made

from connexion_doctor.probe.agent.hosts.host import click_settings


def test_what_is_not_the_default_was_given() -> None:
    default = {"host": "127.0.0.1", "port": 5000}
    parameters = [
        Made(name=name, get_default=lambda context, value=value: value) for name, value in default.items()
    ]
    context = Made(command=Made(params=parameters), params={"host": "127.0.0.1", "port": 8080})
    assert click_settings(context) == {"port": {"value": 8080, "source": "command", "shown": "8080"}}
