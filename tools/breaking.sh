#!/usr/bin/env bash
# Fails when the protos break those who use the protos of another commit: breaking.sh COMMIT.
set -euo pipefail
cd "$(dirname "$0")/.."

base=$(mktemp -d)
trap 'rm -rf "$base"' EXIT
git archive "$1" buf.yaml proto | tar -x -C "$base"
cp -r third_party "$base/"
.bin/buf breaking proto --against "$base/proto"
