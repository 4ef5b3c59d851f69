#!/bin/sh
# Runs once, as the superuser, when the database is made. Three roles: the owner migrates, backs up and restores (CREATEDB
# lets `rollback` set the database aside), the application owns nothing and can switch no guard off, the reader reads (and
# has no password until somebody gives it one). What each may do, migrate grants. The superuser is left without a password
# and answers on the container's own socket only.
set -eu
password=$(cat /run/secrets/database_password)
owner=$(cat /run/secrets/owner_password)
psql --set=ON_ERROR_STOP=1 --set=password="$password" --set=owner="$owner" --username=postgres <<'SQL'
CREATE ROLE skolefleks LOGIN PASSWORD :'password';
CREATE ROLE skolefleks_owner LOGIN CREATEDB PASSWORD :'owner';
CREATE ROLE skolefleks_reader LOGIN;
CREATE DATABASE skolefleks OWNER skolefleks_owner;
ALTER ROLE postgres PASSWORD NULL;
SQL
