"""Tests of the pure parts: `python3 -m unittest discover bench`, in the project's root."""
