#!/bin/bash
# What the official entry does for a database that is not there yet, for a container that does not run as root.
set -euo pipefail
if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA"
    chmod 700 "$PGDATA"
    eval "initdb -D \"$PGDATA\" --username=postgres --pwfile=<(cat \"$POSTGRES_PASSWORD_FILE\") $POSTGRES_INITDB_ARGS"
    printf '\nhost all all all scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
    pg_ctl -D "$PGDATA" -o "-c listen_addresses= -p 5432" -w start
    for file in /docker-entrypoint-initdb.d/*.sh; do
        if [ -x "$file" ]; then "$file"; else . "$file"; fi
    done
    pg_ctl -D "$PGDATA" -m fast -w stop
fi
if [ "$1" = postgres ]; then
    set -- "$@" -c listen_addresses='*'
fi
exec "$@"
