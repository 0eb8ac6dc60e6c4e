"""Measurements, one module per question. Each prints tables: `python -m benchmarks.latency --help`."""
