"""`python -m infra.cli`: the same as `shuoguo`."""

from infra.cli.main import main

main()
