from connexion.apps.flask_app import FlaskJSONEncoder


class JSONEncoder(FlaskJSONEncoder):
    include_nulls = False
