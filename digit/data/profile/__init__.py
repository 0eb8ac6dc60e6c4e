"""Exploration of a data set before training: `analysis` computes it, `exploration` stores it."""

from digit.data.profile.exploration import Exploration, exploration_text, load_exploration, save_exploration

__all__ = ["Exploration", "exploration_text", "load_exploration", "save_exploration"]
