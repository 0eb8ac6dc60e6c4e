"""Random variations of digit images for training."""

from digit.data.augmentation.pipeline import AugmentationSettings, augment, augment_batch

__all__ = ["AugmentationSettings", "augment", "augment_batch"]
