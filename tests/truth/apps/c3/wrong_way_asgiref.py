"""As `wrong_way`, with asgiref."""

from app import app
from asgiref.wsgi import WsgiToAsgi

application = WsgiToAsgi(app)
