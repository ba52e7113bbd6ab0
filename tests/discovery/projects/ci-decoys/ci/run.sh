#!/bin/sh
gunicorn rides.ci:app --daemon
pytest
