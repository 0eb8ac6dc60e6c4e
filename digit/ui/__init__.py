"""The web page: tabs over one recognizer.

Packages import downwards only: `site` > `app` > `tabs` > `evaluation`, `browser` > `components` > `charts`.
"""
