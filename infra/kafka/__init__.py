"""Kafka, as the log needs it. The only package that imports aiokafka."""
