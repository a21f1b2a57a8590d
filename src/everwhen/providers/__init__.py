"""Adapters to embedders, models and token counters."""
