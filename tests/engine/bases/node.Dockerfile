# Stands in for node:24-bookworm-slim. Its npm knows what lies in its cache, and no registry.
FROM skolefleks-root:bookworm
COPY node /usr/local
COPY npm-cache /npm-cache
RUN ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && chmod +x /usr/local/lib/node_modules/npm/bin/npm-cli.js \
    && mkdir -p /usr/local/etc && printf 'cache=/npm-cache\noffline=true\nupdate-notifier=false\n' > /usr/local/etc/npmrc
CMD ["node"]
