# One image for web, worker, beat and migrate; docker-compose.yml says which is which.
# tests/test_production.py starts the same command lines without Docker.

FROM node:24-slim AS front
WORKDIR /front
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY front front
RUN npm run build

# The Python that requirements/production.txt is compiled for and the tests run on.
FROM python:3.11-slim AS packages
COPY requirements/production.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r production.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=skolefleks.settings \
    SKOLEFLEKS_MODE=production \
    SKOLEFLEKS_STATE=/srv/state
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin skolefleks
WORKDIR /srv/skolefleks
COPY --from=packages /venv /venv
COPY manage.py ./
COPY skolefleks skolefleks
COPY budget budget
COPY applications applications
COPY visitation visitation
COPY templates templates
COPY --from=front /front/static static
# Production does not start without its secrets; the ones for this step are made up and gone with it.
RUN echo "only for collectstatic" > /tmp/made-up \
    && SECRET_KEY_FILE=/tmp/made-up ENCRYPTION_KEYS_FILE=/tmp/made-up ALLOWED_HOSTS=localhost \
       python manage.py collectstatic --noinput \
    && python -m compileall -q skolefleks budget applications visitation \
    && rm /tmp/made-up
# Encrypted papers, and the heads of the trail: volumes lie here, and take their owner from these folders.
RUN install -d -m 700 -o 10001 -g 10001 /srv/papers /srv/heads
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=12s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0]}), timeout=10)"]
CMD ["gunicorn", "skolefleks.wsgi:application", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=8", "--worker-tmp-dir=/dev/shm", "--timeout=30", "--graceful-timeout=20", "--max-requests=5000", "--max-requests-jitter=500", "--no-control-socket"]
