#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyenhoc.settings")
    try:
        execute_from_command_line(sys.argv)
    except SystemExit as end:
        # argparse leaves with 2 on arguments it cannot read; every command of ours leaves with 1 on bad input.
        sys.exit(1 if end.code == 2 else end.code)
