"""Run the command line: ``python -m rolefit``."""

import sys

from .cli import main

sys.exit(main())
