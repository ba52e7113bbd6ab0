import argparse

import uvicorn

from warehouse.app import app


def serve():
    parser = argparse.ArgumentParser()
    parser.parse_args()
    uvicorn.run(app, host="0.0.0.0", port=8000)


def admin():
    print("admin")
