"""`python -m avaudit`: the command line where the `avaudit` script is not on the path."""

import sys

from avaudit.cli import main

sys.exit(main())
