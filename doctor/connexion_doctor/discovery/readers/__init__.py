"""The readers, one kind of file each, in the order in which their starts are taken."""

from __future__ import annotations

from connexion_doctor.discovery.reader import Reader
from connexion_doctor.discovery.readers import (
    beanstalk,
    compose,
    console_script,
    dockerfile,
    ecs,
    flaskenv,
    gunicorn,
    hosts,
    hypercorn,
    kubernetes,
    makefile,
    platforms,
    procfile,
    python_file,
    s2i,
    sessions,
    shell_script,
    supervisor,
    systemd,
    tasks,
    uwsgi,
)

READERS: tuple[Reader, ...] = (
    dockerfile.READER,
    compose.READER,
    procfile.READER,
    kubernetes.READER,
    ecs.READER,
    systemd.READER,
    supervisor.READER,
    *platforms.READERS,
    uwsgi.READER,  # in front of the .wsgi files that it names
    *hosts.READERS,
    beanstalk.READER,
    s2i.READER,
    makefile.READER,
    *tasks.READERS,
    sessions.READER,
    shell_script.READER,
    gunicorn.READER,
    hypercorn.READER,
    flaskenv.READER,
    console_script.READER,
    python_file.READER,
)
