"""`python -m package.by_environment`: the port comes from the environment, with a default."""

import os
import sys

import uvicorn

sys.path.append(os.getcwd())


def main():
    uvicorn.run("app:app", host="127.0.0.1", port=int(os.environ.get("TRUTH_PORT", sys.argv[-1])))


if __name__ == "__main__":
    main()
