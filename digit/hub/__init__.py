"""The Hugging Face Hub: `push` and `pull` model folders, the model `card`, and `deploy` the app to a Space.

Knows the artifact and `huggingface_hub`; knows neither training nor pages. Tokens come from where that library looks
for them (HF_TOKEN, `hf auth login`), and are never printed.
"""
