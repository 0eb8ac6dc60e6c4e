"""The weights of a smaller network in a larger one, which then answers alike and learns on."""

from __future__ import annotations

from typing import Any

import numpy as np

from digit.types import FloatArray


def widen(network: Any, small: Any, seed: int = 0) -> None:
    """Set a network's weights so that it answers as a smaller one does, whose layers it has, by name.

    A layer of more filters repeats those of the smaller one. The weights behind them are shared out among the copies
    at random, so that these come to learn different things (Net2Net, Chen et al. 2016). A residual block that the
    smaller network lacks adds nothing at first.

    Raises:
        ValueError: the smaller network has a layer that the network lacks, another kernel or more filters.
    """
    rng = np.random.default_rng(seed)
    known = {layer.name: layer for layer in small.layers if layer.weights}
    own = {layer.name: layer for layer in network.layers if layer.weights}
    if unknown := known.keys() - own.keys():
        raise ValueError(f"no layer is called {', '.join(sorted(unknown))}")
    for name, layer in own.items():
        if name in known:
            pairs = zip(known[name].get_weights(), layer.get_weights(), strict=True)
            layer.set_weights([_widened(old, new.shape, rng) for old, new in pairs])
        elif name.endswith("_norm"):
            layer.gamma.assign(np.zeros(layer.gamma.shape, np.float32))


def _widened(old: FloatArray, shape: tuple[int, ...], rng: np.random.Generator) -> FloatArray:
    """A kernel (rows, columns, from, to) or a vector (to,) in a larger shape."""
    if old.shape[:-2] != shape[:-2] or any(was > now for was, now in zip(old.shape, shape, strict=True)):
        raise ValueError(f"weights of shape {old.shape} do not fit into {shape}")
    wide = old[..., np.arange(shape[-1]) % old.shape[-1]]
    if old.ndim == 1:
        return wide
    copied = np.arange(shape[-2]) % old.shape[-2]
    shares = rng.uniform(0.5, 1.5, (shape[-2], shape[-1]))
    sums = np.zeros((old.shape[-2], shape[-1]))
    np.add.at(sums, copied, shares)
    return np.asarray(wide[..., copied, :] * (shares / sums[copied]), np.float32)
