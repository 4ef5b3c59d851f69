# Stands in for python:3.11-slim-bookworm. Its pip knows the wheels that lie in it, and no registry.
FROM skolefleks-root:bookworm
RUN ln -s /usr/bin/python3 /usr/local/bin/python
COPY wheels /wheels
RUN printf '[global]\nno-index = true\nfind-links = /wheels\n' > /etc/pip.conf
CMD ["python"]
