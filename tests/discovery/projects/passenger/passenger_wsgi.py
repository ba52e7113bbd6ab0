from site_api import app as application
