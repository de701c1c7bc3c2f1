"""The command `shuoguo`: starts roles as processes, and never imports them."""

from infra.cli.main import main

__all__ = ["main"]
