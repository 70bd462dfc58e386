"""Paired edits and hard negatives, to measure by: see README.md. Scenes are continuity's."""

import sys
from pathlib import Path

# The sibling's modules are no package: its scripts are run in its folder.
_SIBLING = str(Path(__file__).parents[1] / "continuity")
if _SIBLING not in sys.path:
    sys.path.append(_SIBLING)
