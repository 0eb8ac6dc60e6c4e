"""The running app, a Chromium, and drawings and films for the browser tests, the screenshots and the benchmarks."""
