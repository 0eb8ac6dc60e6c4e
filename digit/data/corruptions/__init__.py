"""Corrupted digit images: 23 kinds in five severities, for measuring robustness and never for training."""

from digit.data.corruptions.suite import CORRUPTIONS, MIDDLE_SEVERITY, SEVERITIES, Corruption, corrupt

__all__ = ["CORRUPTIONS", "MIDDLE_SEVERITY", "SEVERITIES", "Corruption", "corrupt"]
