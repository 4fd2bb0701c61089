#!/usr/bin/env bash
# Makes sure that the programs which the tests start are here: PostgreSQL, Redis, Chromium
# with a font, and the C compiler that the race detector needs. Installs what is missing
# where that is possible, and otherwise says what to install. Starts nothing.
set -euo pipefail

# found PATTERN... is true when one of them is a command or matches an executable file.
found() {
    local candidate
    for candidate in "$@"; do
        command -v "$candidate" >/dev/null && return
        compgen -G "$candidate" >/dev/null && return
    done
    return 1
}

missing=()
need() {
    local package=$1
    shift
    found "$@" || missing+=("$package")
}

need postgresql initdb '/usr/lib/postgresql/*/bin/initdb' '/opt/homebrew/opt/postgresql@*/bin/initdb'
need redis-server redis-server
need chromium chromium chromium-browser google-chrome '/Applications/Google Chrome.app'
need build-essential cc gcc clang
# Chromium draws no letters without a font; only Debian's comes without one.
if [[ -e /etc/debian_version ]]; then
    need fonts-liberation '/usr/share/fonts/truetype/liberation*'
fi

if [[ ${#missing[@]} -eq 0 ]]; then
    exit
fi
if ! command -v apt-get >/dev/null; then
    echo "The tests need ${missing[*]} (Debian's names; PostgreSQL 15 and Redis 7 or newer). Install them and run this again." >&2
    exit 1
fi
if [[ $(id -u) -ne 0 ]]; then
    echo "The tests need ${missing[*]}. Run 'sudo apt-get install ${missing[*]}' and then this again." >&2
    exit 1
fi
echo "Installing ${missing[*]} ..."
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install --yes --no-install-recommends "${missing[@]}" >/dev/null
