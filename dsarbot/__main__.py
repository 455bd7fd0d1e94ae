"""`dsarbot` and `python -m dsarbot`."""

from __future__ import annotations

import sys

from dsarbot.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
