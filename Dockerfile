# SPDX-License-Identifier: PostgreSQL
#
# Two images from one file: `database` (PostgreSQL with the extension) and `server` (server and dashboard).
# docker-compose.yml builds and joins them.

ARG POSTGRES_VERSION=15

# --- the extension -----------------------------------------------------------------------------------------------
FROM postgres:${POSTGRES_VERSION}-bookworm AS extension
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ make libeigen3-dev postgresql-server-dev-${PG_MAJOR} \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY extension extension
COPY sql/extension sql/extension
ARG PG_CONFIG=/usr/lib/postgresql/${PG_MAJOR}/bin/pg_config
RUN make -C extension -j"$(nproc)" PG_CONFIG=$PG_CONFIG \
 && make -C extension install DESTDIR=/out PG_CONFIG=$PG_CONFIG

FROM postgres:${POSTGRES_VERSION}-bookworm AS database
COPY --from=extension /out/ /
# On an empty volume the image runs what lies here, as the superuser: the database, its owner, the logins.
COPY scripts/database.sql /docker-entrypoint-initdb.d/10-database.sql
# The port as well: while the image prepares a new volume, a server answers on the socket alone.
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=5 \
  CMD pg_isready -q -h 127.0.0.1 -U postgres

# --- the dashboard -----------------------------------------------------------------------------------------------
FROM debian:bookworm-slim AS dashboard
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates nodejs npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src/dashboard
COPY dashboard/package.json dashboard/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY dashboard .
RUN OUT_DIR=/out/dashboard npm run build

# --- the server --------------------------------------------------------------------------------------------------
FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ cmake make pkg-config libpq-dev libeigen3-dev libboost-json1.81-dev \
    libcpp-httplib-dev libspdlog-dev libcli11-dev zlib1g-dev libssl-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY CMakeLists.txt .
COPY server server
RUN cmake -S . -B /build -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF -DPERFORMANCE_TRACKER_BENCH=OFF \
 && cmake --build /build -j"$(nproc)" --target performance_tracker \
 && strip -o /performance_tracker /build/server/performance_tracker

FROM debian:bookworm-slim AS server
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates curl libpq5 libboost-json1.81.0 libcpp-httplib0.11 \
    libspdlog1.10 libssl3 zlib1g tzdata \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /performance_tracker /usr/local/bin/performance_tracker
COPY --from=dashboard /out/dashboard /usr/share/performance_tracker/dashboard
COPY sql/schema /usr/share/performance_tracker/schema
ENV HTTP_HOST=0.0.0.0 HTTP_PORT=8000 LOG_FORMAT=json \
    DASHBOARD_DIR=/usr/share/performance_tracker/dashboard SCHEMA_DIR=/usr/share/performance_tracker/schema
USER nobody
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=5 \
  CMD curl -fsS http://127.0.0.1:8000/readyz >/dev/null
ENTRYPOINT ["performance_tracker"]
CMD ["serve"]
