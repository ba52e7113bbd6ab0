FLASK_APP=depot.cli:app
FLASK_DEBUG=1
