gunicorn test:app & pytest
