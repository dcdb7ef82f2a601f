"""Runs the command line: `python -m mannscope`."""

import sys

from mannscope.cli import main

sys.exit(main())
