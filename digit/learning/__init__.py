"""Builds, trains and exports networks: the only room that imports Keras."""
