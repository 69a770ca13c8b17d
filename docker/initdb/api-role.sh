#!/bin/sh
# The role that the API connects as. On a volume that has a database already, run the same statement by hand once, then
# `saksi migrate`.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set=ON_ERROR_STOP=1 --set=password="$POSTGRES_API_PASSWORD" <<'SQL'
create role saksi_api login password :'password';
SQL
