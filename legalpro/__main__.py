"""`python -m legalpro` is `legalpro`."""

import sys

from legalpro.cli import main

sys.exit(main())
