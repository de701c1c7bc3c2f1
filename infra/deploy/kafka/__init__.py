"""Apache Kafka from Maven's jars: one node for tests, three for promises."""
