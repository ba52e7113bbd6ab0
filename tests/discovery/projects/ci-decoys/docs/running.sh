gunicorn docs:app
