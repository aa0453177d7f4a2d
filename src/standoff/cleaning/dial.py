"""The dial from careful to thorough: how likely a line must be residue for the model to cut it."""

STOPS = {"rules": 1.0, "careful": 0.85, "steady": 0.7, "default": 0.55, "bold": 0.45, "thorough": 0.3}
"""The named stops; `rules` leaves all to the named rules."""
DEFAULT = STOPS["default"]


def read_stop(value: object) -> float:
    """A stop given by name or as a number above 0 and at most 1; raises ValueError for anything else."""
    if isinstance(value, str) and value in STOPS:
        return STOPS[value]
    try:
        number = float(str(value))
    except ValueError:
        number = 0.0
    if 0 < number <= 1:
        return number
    raise ValueError(f"keep cannot be {value!r}: one of {', '.join(STOPS)}, or a number above 0 and at most 1")
