"""``python -m rolefit`` is the command line."""

import sys

from .cli import main

sys.exit(main())
