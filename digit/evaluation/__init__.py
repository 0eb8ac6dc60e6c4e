"""Metrics, curves, calibration, robustness, the report file and plots. Imports no model framework."""
