"""Extraction without a model: grammar and word lists read facts from what people type."""
