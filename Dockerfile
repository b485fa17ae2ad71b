# SPDX-License-Identifier: PostgreSQL
#
# Two images from one file, both of the packages that `make deb` builds: `database` (PostgreSQL with the extension) and
# `server` (server and dashboard). docker-compose.yml builds and joins them.
#
#   docker build --target database --build-arg POSTGRES_VERSION=17 .
#
# amd64 and arm64: nothing in here is particular to a processor; `docker buildx build --platform linux/amd64,linux/arm64`
# compiles for both. The tests run on amd64.

ARG POSTGRES_VERSION=15

# --- the packages ------------------------------------------------------------------------------------------------
FROM postgres:${POSTGRES_VERSION}-bookworm AS packages
RUN apt-get update \
 && apt-get install -y --no-install-recommends build-essential ca-certificates cmake debhelper help2man lintian nodejs npm \
    pkg-config postgresql-server-dev-${PG_MAJOR} libboost-json1.81-dev libcli11-dev libcpp-httplib-dev libeigen3-dev libpq-dev \
    libspdlog-dev libssl-dev zlib1g-dev libcsv-dev libzip-dev libexpat1-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# The one PostgreSQL of this image; its headers came without postgresql-server-dev-all, which would bring every version's.
RUN SKIP_PACKAGES=1 PG_SUPPORTED_VERSIONS=${PG_MAJOR} DPKG_BUILDPACKAGE_OPTIONS=--no-check-builddeps scripts/deb /packages

# --- PostgreSQL with the extension ---------------------------------------------------------------------------------
FROM postgres:${POSTGRES_VERSION}-bookworm AS database
LABEL org.opencontainers.image.title="performance_tracker database" \
      org.opencontainers.image.description="PostgreSQL with forecasts and advertising analytics in plain SELECTs" \
      org.opencontainers.image.licenses="PostgreSQL" \
      org.opencontainers.image.vendor="performance_tracker contributors"
RUN --mount=type=bind,from=packages,source=/packages,target=/packages \
    apt-get update \
 && apt-get install -y --no-install-recommends /packages/postgresql-${PG_MAJOR}-performance-tracker_*.deb \
 && rm -rf /var/lib/apt/lists/*
# On an empty volume the image runs what lies here, as the superuser: the database, its owner, the logins.
COPY scripts/database.sql /docker-entrypoint-initdb.d/10-database.sql
# The port as well: while the image prepares a new volume, a server answers on the socket alone.
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=5 \
  CMD pg_isready -q -h 127.0.0.1 -U postgres

# --- the server and the dashboard ------------------------------------------------------------------------------------
FROM debian:bookworm-slim AS server
LABEL org.opencontainers.image.title="performance_tracker server" \
      org.opencontainers.image.description="API, dashboard and loads of performance_tracker" \
      org.opencontainers.image.licenses="PostgreSQL" \
      org.opencontainers.image.vendor="performance_tracker contributors"
RUN --mount=type=bind,from=packages,source=/packages,target=/packages \
    apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates curl tzdata /packages/performance-tracker_*.deb \
 && rm -rf /var/lib/apt/lists/*
ENV HTTP_HOST=0.0.0.0 HTTP_PORT=8000 LOG_FORMAT=json \
    DASHBOARD_DIR=/usr/share/performance-tracker/dashboard SCHEMA_DIR=/usr/share/performance-tracker/schema
RUN useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin performance_tracker
USER performance_tracker
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=5 \
  CMD curl -fsS http://127.0.0.1:8000/readyz >/dev/null
ENTRYPOINT ["performance_tracker"]
CMD ["serve"]
