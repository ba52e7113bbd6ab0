import datetime
import itertools
import random
import time
import uuid

import connexion

COUNT = itertools.count()


def now():
    moment = datetime.datetime.now()
    return {"exact": moment.isoformat(), "second": moment.strftime("%H:%M:%S"), "stamp": int(time.time())}


def ids():
    return {"id": str(uuid.uuid4()), "items": [{"id": random.getrandbits(40), "name": "a"} for _ in range(3)]}


def order():
    return {"names": random.sample(["a", "b", "c"], 3), "pair": random.sample(["x", "y"], 2)}


def coin():
    return {"coin": random.choice(["heads", "tails"]), "maybe": random.choice([None, "there"])}


def count():
    return {"count": next(COUNT)}


def text():
    return f"it is {datetime.datetime.now()}"


def fault():
    return {"error": str(uuid.uuid4())}, 404


def head():
    return {"ok": True}, 200, {"X-Trace": str(uuid.uuid4())}


def keys():
    return {name: 1 for name in random.sample("abcdef", 3)}


app = connexion.FlaskApp(__name__, specification_dir=".")
app.add_api("openapi.yaml")
