"""Metrics, the report file, calibration, plots. Knows labels, probabilities and logits; no model framework, no page."""
