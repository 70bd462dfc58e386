#!/usr/bin/env bash
# Renew requirements.lock: the newest versions that pyproject.toml allows, in a new environment.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"${PYTHON:-python3}" -m venv "$scratch/venv"
pip=("$scratch/venv/bin/python" -m pip --disable-pip-version-check)
"${pip[@]}" install --quiet hatchling editables
"${pip[@]}" install --quiet --no-build-isolation --editable "$root[flow,dev,speakers]"
# The lock is for any build of torch: `2.13.0` allows `2.13.0+cpu`, not the other way round, and what
# a build for CUDA brings along it pins itself.
{
    echo "# Every package of a full installation, made by scripts/lock.sh. Used as pip's constraints."
    "${pip[@]}" freeze --all --exclude-editable | sed -E 's/\+[A-Za-z0-9.]+$//' |
        grep -vE '^(pip|wheel)==|^(nvidia|cuda|triton)'
} >"$root/requirements.lock"
