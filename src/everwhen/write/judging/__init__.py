"""Slots and entities that a judge says are the same: what it is asked, and what follows."""
