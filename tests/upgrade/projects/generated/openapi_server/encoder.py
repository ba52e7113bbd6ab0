from connexion.apps.flask_app import FlaskJSONEncoder

from openapi_server.models.base_model import Model


class JSONEncoder(FlaskJSONEncoder):
    include_nulls = False

    def default(self, o):
        if isinstance(o, Model):
            return {name: value for name, value in o.to_dict().items() if value is not None}
        return FlaskJSONEncoder.default(self, o)
