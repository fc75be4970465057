#!/bin/sh
# Installs PostgreSQL with PostGIS for the database tests where it is absent (Debian, Ubuntu).
# No server is set up or started: the tests make one of their own in a temporary folder.
set -eu
for extension in /usr/share/postgresql/*/extension/postgis.control; do
    version=$(basename "$(dirname "$(dirname "$extension")")")
    [ -x "/usr/lib/postgresql/$version/bin/initdb" ] && exit 0
done
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The database tests are skipped: they need PostgreSQL with PostGIS from your system's package manager." >&2
    exit 0
fi
sudo=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1 || ! sudo -n true 2>/dev/null; then
        echo "The database tests are skipped. To run them: apt-get install postgresql postgresql-postgis" >&2
        exit 0
    fi
    sudo="sudo"
fi
echo "Installing for the database tests: PostgreSQL with PostGIS"
settings=/etc/postgresql-common/createcluster.conf
if [ ! -e "$settings" ]; then
    $sudo mkdir -p "$(dirname "$settings")"
    echo "create_main_cluster = false" | $sudo tee "$settings" >/dev/null
fi
refused() {
    echo "The database tests are skipped: the packages cannot be installed." >&2
    exit 0
}
$sudo apt-get update -qq || refused
server=$(ls /usr/lib/postgresql 2>/dev/null | sort -V | tail -n 1)
need="postgresql${server:+-$server} postgresql${server:+-$server}-postgis${server:+-3}"
# shellcheck disable=SC2086  # a list of packages
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends \
    -o Dpkg::Options::=--force-confold $need >/dev/null || refused
