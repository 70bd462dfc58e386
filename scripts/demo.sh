#!/usr/bin/env bash
# Set up what is missing and audit data_samples/ through the nightly flow. Further arguments go to
# the flow. Exits with 0 although two of the samples are broken on purpose (the flow's status 1).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

status=0
python pipelines/nightly_audit.py data_samples --register data_samples/register.csv "$@" || status=$?
((status <= 1)) || exit "$status"
