"""Sections on a terminal, as tables of rich. Texts of models are data there: no markup and no control characters."""
