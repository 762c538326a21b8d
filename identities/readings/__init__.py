"""Readings of a typed tree: each module turns it into one thing, and none knows another."""
