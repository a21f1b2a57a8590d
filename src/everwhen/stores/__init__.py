"""Databases: the SQL body that they share, and a driver for each."""
