"""Any picture to a digit image: loading -> ink -> normalization.

Knows pixels alone: no model, no page, no data set. The app, the command line, the benchmarks, the training and the
evaluation of pictures all call `preprocess`.
"""
