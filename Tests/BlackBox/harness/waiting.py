import time

# A machine may be slow or shared. Whoever waits for an effect goes on as soon as it is there, so patience costs nothing but where a test fails.
PATIENCE = 4


class TooLong(AssertionError):
    """The effect that a test waited for did not come."""


def wait_until(what, condition, limit=30.0, every=0.05, patience=PATIENCE):
    """Waits for an effect, never for a time: returns the condition's first true value, fails after `limit` seconds of an idle machine.

    A patience of 1 is for a limit that means something: later the effect comes without what is tested.
    """
    limit *= patience
    deadline = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TooLong(f"waited {limit:g} s in vain until {what}")
        time.sleep(every)
