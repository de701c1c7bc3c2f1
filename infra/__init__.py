"""Adapters: settings, clock, codec, topics, chain, Kafka, the embedded broker, the command line."""
