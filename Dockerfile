# The service. Tokens are given out by: docker run … token add NAME --db …
FROM python:3.13-slim-bookworm AS build
ARG EXTRAS=postgres,serve,sheets
WORKDIR /source
COPY . .
RUN EXTRAS="$EXTRAS" sh deploy/install.sh /opt/gkllm

FROM python:3.13-slim-bookworm
COPY --from=build /opt/gkllm /opt/gkllm
COPY deploy/healthy.py /opt/healthy.py
RUN useradd --system --uid 10001 --create-home gkllm \
 && install --directory --owner=gkllm /data
USER 10001
WORKDIR /data
VOLUME ["/data"]
ENV PYTHONUNBUFFERED=1
EXPOSE 8001
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["/opt/gkllm/bin/python", "/opt/healthy.py"]
# Beyond the machine itself the service listens only where there is a token.
ENTRYPOINT ["/opt/gkllm/bin/gkllm", "serve"]
CMD ["--host", "0.0.0.0", "--db", "/data/reports.db"]
