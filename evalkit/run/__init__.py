"""A run, from its plan to its report: `pipeline` is the whole of it on one screen."""
