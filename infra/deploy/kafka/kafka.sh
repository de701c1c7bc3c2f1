#!/bin/sh
# Apache Kafka nodes in a folder, with any Python 3.11 (nothing beyond the standard library is imported).
#   kafka.sh start --nodes 1 --dir DIR      prints the bootstrap address once every node answers
#   kafka.sh kill-node 2 --dir DIR          kill -9 of one node;  start-node 2 brings it back
#   kafka.sh stop --dir DIR
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
PYTHONPATH="$root" exec "${PYTHON:-python3}" -m infra.deploy.kafka "$@"
