import argparse

import waitress

from .web import application


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--instance")
    parser.parse_args()
    waitress.serve(application, listen="*:8080")
