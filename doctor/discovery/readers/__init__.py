"""The readers, one kind of file each, in the order in which their starts are taken."""

from __future__ import annotations

from doctor.discovery.reader import Reader
from doctor.discovery.readers import (
    compose,
    dockerfile,
    gunicorn,
    hosts,
    kubernetes,
    makefile,
    platforms,
    procfile,
    python_file,
    shell_script,
    supervisor,
    systemd,
    uwsgi,
)

READERS: tuple[Reader, ...] = (
    dockerfile.READER,
    compose.READER,
    procfile.READER,
    kubernetes.READER,
    systemd.READER,
    supervisor.READER,
    *platforms.READERS,
    *hosts.READERS,
    makefile.READER,
    shell_script.READER,
    uwsgi.READER,
    gunicorn.READER,
    python_file.READER,
)
