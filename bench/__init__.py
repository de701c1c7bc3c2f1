"""Benchmarks: ratios of paired runs; absolute figures only orient (docs/benchmarks.md)."""
