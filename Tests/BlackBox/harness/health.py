"""What the daemon says of itself over HTTP."""
import json
import urllib.error
import urllib.request

from harness.waiting import wait_until


def readiness(daemon):
    """The status and the document of /health/ready; None while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://{daemon.settings['http']['listen']}/health/ready", timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, json.load(answer)
    except OSError:
        return None, {"ready": False, "reason": None, "troubles": []}


def await_troubles(daemon, *words, limit=30):
    """Waits until the troubles are as many as there are words, each with its own; () waits until there are none."""
    def as_expected():
        troubles = readiness(daemon)[1]["troubles"]
        return len(troubles) == len(words) and all(any(word in trouble for trouble in troubles) for word in words)
    wait_until(f"the troubles were {words}, they are {readiness(daemon)}", as_expected, limit, every=0.2)


def await_reason(daemon, word, limit=30):
    """Waits until it is not ready for a reason in which a word stands."""
    wait_until(f"the reason had “{word}”; it is {readiness(daemon)}", lambda: word in (readiness(daemon)[1]["reason"] or ""), limit)
    assert readiness(daemon)[0] == 503
