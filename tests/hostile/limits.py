"""Limits of the node under attack that attackers try to get past."""

NEW_ROOMS_OF_SESSION = 1500  # a minute
NEW_ROOMS_OF_ADDRESS = 4000


def allowance(a_minute: int, seconds: float) -> float:
    """What may be taken in so many seconds, beginning with a full bucket."""
    return a_minute * (1 + seconds / 60) + 1
