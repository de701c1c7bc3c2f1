"""One conformance suite, run against the embedded broker and against Apache Kafka."""
