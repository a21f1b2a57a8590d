"""Measurements, with the data given as a path."""
