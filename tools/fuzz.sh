#!/usr/bin/env bash
# Runs every fuzz target for a while, one after the other: fuzz.sh [DURATION].
set -euo pipefail
cd "$(dirname "$0")/.."

duration=${1:-10s}
targets=$(grep -rHoE '^func Fuzz\w+' --include='*_test.go' --exclude-dir='.?*' . | sort)
while IFS=: read -r file func; do
    name=${func#func }
    echo "== $(dirname "$file") $name"
    go test -run '^$' -fuzz "^$name\$" -fuzztime "$duration" "$(dirname "$file")"
done <<<"$targets"
