"""The page: tabs over one recognizer.

Knows Gradio, the recognizer and the artifact's files; knows neither how a picture becomes a digit image nor how a model
is trained. What runs in the browser stands in `front/`, as HTML, CSS and JavaScript of its own.
"""
