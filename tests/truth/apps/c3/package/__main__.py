"""`python -m package PORT`."""

import sys

from app import app

app.run(host="127.0.0.1", port=int(sys.argv[1]))
