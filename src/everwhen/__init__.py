"""Long-term memory for agents on language models."""
