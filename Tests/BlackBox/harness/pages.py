"""The daemon's pages, as a probe and a scraper see them."""
import json
import re
import urllib.error
import urllib.request


def get(daemon, path, token=None, method="GET"):
    """Status, header fields and body."""
    request = urllib.request.Request(f"http://{daemon.settings['http']['listen']}{path}", method=method)
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def readiness(daemon):
    status, _, body = get(daemon, "/health/ready")
    document = json.loads(body)
    assert (status == 200) == document["ready"] and (document["reason"] is None) == document["ready"], (status, document)
    return document


def metrics(daemon, token=None):
    """Every sample by its name with labels, as the page has it."""
    status, headers, body = get(daemon, "/metrics", token)
    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4"), (status, headers)
    return {name: float(value) for name, value in (
        line.rsplit(" ", 1) for line in body.splitlines() if not line.startswith("#"))}


def total(samples, name, **labels):
    return sum(value for sample, value in samples.items() if re.split(r"\{|$", sample)[0] == name
               and all(f'{label}="{wanted}"' in sample for label, wanted in labels.items()))
