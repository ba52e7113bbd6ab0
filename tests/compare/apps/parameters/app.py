import connexion


def whole(number):
    return {"number": number}


def broken(number):
    return {"number": number}


def word(word):
    return {"word": word}


def query(needed, count=None, sure=None, colour=None, day=None, fallback=None):
    return {"needed": needed, "count": count, "sure": sure, "colour": colour, "day": day, "fallback": fallback}


def lists(plain=None, joined=None, piped=None):
    return {"plain": plain, "joined": joined, "piped": piped}


def objects(filter=None):
    return {"filter": filter}


def heads():
    return {"level": connexion.request.headers["X-Level"]}


def cookies():
    return {"flavour": connexion.request.cookies["flavour"]}


def empty(blank=None):
    return {"blank": blank}


def slash():
    return {"slash": True}


app = connexion.FlaskApp(__name__, specification_dir=".")
app.add_api("openapi.yaml")
