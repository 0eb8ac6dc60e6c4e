"""The Hugging Face Hub: `push` and `pull` model folders, and `deploy` the app to a Space.

Tokens come from where `huggingface_hub` looks for them (HF_TOKEN, `hf auth login`), and are never printed.
"""
