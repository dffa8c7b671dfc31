"""A run on many machines: Ray places the workers and restarts them, each stage's code is the one of a single process.

    generation workers ──▶ run directory ──▶ judging workers ──▶ run directory
            ▲                    ▲ commits                ▲
            └── units ── driver ─┴────────── units ───────┘

`session` is the driver from begin to end, `dispatch` its loop. The driver never holds a sample: workers write the files
of a unit, and the driver gives one copy of each its name.
"""
