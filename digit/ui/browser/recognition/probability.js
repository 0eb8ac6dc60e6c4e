// From logits to probabilities and energies: the formulas of digit/recognition/probability.py.

/** @param {ArrayLike<number>} logits @param {number} temperature @returns {Float32Array} probabilities, summing to 1 */
export function softmax(logits, temperature) {
  const scaled = Array.from(logits, (logit) => logit / temperature);
  const top = Math.max(...scaled);
  const shifted = scaled.map((value) => Math.exp(value - top));
  const total = shifted.reduce((a, b) => a + b);
  return Float32Array.from(shifted, (value) => value / total);
}

/** `-T logsumexp(logits / T)`: low for what the model knows. @param {ArrayLike<number>} logits @param {number} temperature @returns {number} */
export function freeEnergy(logits, temperature) {
  const scaled = Array.from(logits, (logit) => logit / temperature);
  const top = Math.max(...scaled);
  return -temperature * (top + Math.log(scaled.reduce((total, value) => total + Math.exp(value - top), 0)));
}
