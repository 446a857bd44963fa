"""How long to wait before an app is started again: twice as long each time, forgotten after a good minute."""

import time

FIRST_S, LONGEST_S, GOOD_S = 0.5, 30.0, 60.0


class Backoff:
    """Counts failures in a row."""

    def __init__(self) -> None:
        self.in_a_row = 0
        self.until = 0.0

    def failed(self, up_s: float) -> float:
        """Note a failure after `up_s` seconds of running, and return how long to wait now."""
        self.in_a_row = 1 if up_s >= GOOD_S else self.in_a_row + 1
        delay_s: float = min(LONGEST_S, FIRST_S * 2 ** (self.in_a_row - 1))
        self.until = time.monotonic() + delay_s
        return delay_s

    def waits(self) -> bool:
        """Whether it is too early to try again."""
        return self.left_s > 0

    @property
    def left_s(self) -> float:
        """How long it is too early."""
        return max(0.0, self.until - time.monotonic())

    def forget(self) -> None:
        """Try at once next time: a person asked for it."""
        self.in_a_row, self.until = 0, 0.0
