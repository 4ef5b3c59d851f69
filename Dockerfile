# One image for web, worker, beat, migrate and operator; docker-compose.yml says which is which.
# tests/house/test_production.py starts the same command lines without Docker, tests/engine this image itself.

# One release of Debian for all three, so that what is copied between them finds its libraries. Each by its digest, the
# same as in docker-compose.yml; .env may name another: docs/production.md, "Images".
ARG NODE_IMAGE=node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d
ARG PYTHON_IMAGE=python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
ARG POSTGRES_IMAGE=postgres:18-bookworm@sha256:1961f96e6029a02c3812d7cb329a3b03a3ac2bb067058dec17b0f5596aca9296

FROM ${NODE_IMAGE} AS front
WORKDIR /front
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY front front
RUN npm run build \
    && npm sbom --package-lock-only --sbom-format cyclonedx > sbom.json

# What the image is made of (CycloneDX), as `make sbom` lists it. The tool stays behind.
FROM ${PYTHON_IMAGE} AS listed
WORKDIR /listed
COPY requirements/sbom.txt .
RUN python -m venv /tool \
    && /tool/bin/pip install --no-cache-dir --no-compile --disable-pip-version-check --require-hashes -r sbom.txt
# Apart from the tool, which is installed anew only when its own list changes.
COPY pyproject.toml requirements/production.txt ./
RUN /tool/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible -o sbom.json production.txt

# pg_dump and pg_restore for `manage.py backup`, out of the very image that the database runs: pg_dump refuses a server
# that is newer than itself. With the libraries they ask for, which lie apart from Python's own.
FROM ${POSTGRES_IMAGE} AS client
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /usr/lib/postgresql/18/bin
RUN install -D -t /client/bin pg_dump pg_restore \
    && ldd ./pg_dump ./pg_restore \
       | awk '$2 == "=>" && $1 !~ /^(libc|libm|libpthread|libdl|librt|libresolv)\.so/ {print $3}' \
       | sort -u | xargs -r install -D -t /client/lib

FROM ${PYTHON_IMAGE}
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=skolefleks.settings \
    SKOLEFLEKS_MODE=production \
    SKOLEFLEKS_STATE=/srv/state \
    POSTGRES_PROGRAMS=/opt/postgresql/bin
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin skolefleks
WORKDIR /srv/skolefleks
COPY --from=client /client /opt/postgresql
# The Python that it is compiled for, and that the tests run on.
COPY requirements/production.txt requirements.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY manage.py ./
COPY skolefleks skolefleks
COPY budget budget
COPY applications applications
COPY visitation visitation
COPY templates templates
COPY --from=front /front/static static
COPY --from=front /front/sbom.json sbom/front.json
COPY --from=listed /listed/sbom.json sbom/python.json
# Production does not start without its secrets; the ones for this step are made up and gone with it.
RUN echo "only for collectstatic" > /tmp/made-up \
    && SECRET_KEY_FILE=/tmp/made-up ENCRYPTION_KEYS_FILE=/tmp/made-up ALLOWED_HOSTS=localhost \
       python manage.py collectstatic --noinput \
    && python -m compileall -q skolefleks budget applications visitation \
    && rm /tmp/made-up
# Encrypted papers, beat's schedule, and the heads of the trail: volumes lie here, and take their
# owner from these folders.
RUN install -d -m 700 -o 10001 -g 10001 /srv/papers /srv/beat /srv/heads
# Last of what is built, so that a new name alone builds nothing anew.
ARG VERSION=unnamed
ENV SKOLEFLEKS_VERSION=$VERSION
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=12s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz/ready', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0]}), timeout=10)"]
CMD ["gunicorn", "skolefleks.wsgi:application", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=8", "--worker-tmp-dir=/dev/shm", "--timeout=30", "--graceful-timeout=20", "--max-requests=5000", "--max-requests-jitter=500", "--no-control-socket"]
