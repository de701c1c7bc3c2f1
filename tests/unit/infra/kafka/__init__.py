"""Kafka as the log needs it, without a broker."""
