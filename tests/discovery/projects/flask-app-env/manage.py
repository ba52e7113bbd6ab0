from hotel import app
