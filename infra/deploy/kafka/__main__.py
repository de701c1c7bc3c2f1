"""`python -m infra.deploy.kafka start|stop|status|start-node|kill-node`: nodes in a folder."""

from infra.deploy.kafka.cli import main

raise SystemExit(main())
