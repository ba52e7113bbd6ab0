import connexion


def basic(username, password, required_scopes=None):
    return {"sub": username} if password == "right-password" else None


def bearer(token):
    return {"sub": "somebody"} if token == "right-token" else None


def key(apikey, required_scopes=None):
    return {"sub": "somebody"} if apikey == "right-key" else None


def token(access_token):
    return {"sub": "somebody", "scope": ["read"]} if access_token == "right-token" else None


def shown(user=None):
    return {"user": user}


# Connexion 2 wants a function for every operation.
at_basic = at_bearer = at_header = at_query = at_cookie = at_oauth = shown
at_either = at_both = at_guest = at_nobody = at_change = shown

app = connexion.FlaskApp(__name__, specification_dir=".")
app.add_api("openapi.yaml")
