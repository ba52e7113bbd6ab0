import sys

sys.path.insert(0, "/var/www/site")
from site_app import app as application
