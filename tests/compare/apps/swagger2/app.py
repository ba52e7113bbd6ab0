import connexion


def basic(username, password, required_scopes=None):
    return {"sub": username} if password == "right-password" else None


def pets(limit=5, tags=None, colours=None):
    return {"limit": limit, "tags": tags, "colours": colours}


def add(body):
    return body, 201


def pet(pet_id):
    return {"id": pet_id} if pet_id < 100 else ({"error": "no such pet"}, 404)


def gone(pet_id):
    return connexion.NoContent, 204


def form(name, age=None):
    return {"name": name, "age": age}


app = connexion.FlaskApp(__name__, specification_dir=".")
app.add_api("swagger.yaml", strict_validation=True)
