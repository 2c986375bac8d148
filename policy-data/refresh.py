#!/usr/bin/env python3
"""Regenerate policy-data/generated from the packages pinned in lock.tsv. See README.md."""

import sys

sys.dont_write_bytecode = True  # no __pycache__ beside the data

from refresh.command import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
