ARG PYTHON=3.12
FROM python:${PYTHON}-slim AS base
WORKDIR /opt/cargo
COPY pyproject.toml ./
COPY cargo ./cargo
RUN pip install .

FROM base AS test
RUN pip install pytest
CMD ["pytest"]

FROM base AS jobs
CMD ["python", "-m", "cargo.jobs"]

FROM base AS api
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["uvicorn", "--factory", "cargo.api:make_app", "--host", "0.0.0.0"]
