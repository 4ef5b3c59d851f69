# Stands in for valkey/valkey:9: the wheel's server; Debian's redis-cli speaks the same language.
FROM skolefleks-root:bookworm
RUN groupadd --gid 999 valkey && useradd --uid 999 --gid 999 valkey && install -d -o valkey -g valkey /data
COPY valkey-server /usr/local/bin/valkey-server
RUN ln -s /usr/bin/redis-cli /usr/local/bin/valkey-cli
WORKDIR /data
CMD ["valkey-server"]
