"""evalkit measures how often a code model's likely-looking code is correct."""

__version__ = "0.1.0"
