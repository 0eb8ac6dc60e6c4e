"""Data sets, augmentation, corruptions. Knows digit images and labels; no model framework, no page."""
