"""Data sets, synthesis, augmentation and corruption of digit images. Imports no model framework."""
