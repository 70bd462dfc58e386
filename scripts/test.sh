#!/usr/bin/env bash
# Set up what is missing, then lint, type-check and test. Further arguments go to pytest.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

ruff check .
ruff format --check .
mypy
lint-imports
python -m pytest --numprocesses "${AVAUDIT_TEST_PROCESSES:-2}" --dist worksteal "$@"
