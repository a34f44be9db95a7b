import json
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from harness.daemon import free_port
from harness.waiting import wait_until


class Prometheus:
    """A Prometheus of the test's own that scrapes the given addresses every second."""

    def __init__(self, folder, targets, rules=()):
        folder.mkdir(parents=True, exist_ok=True)
        self.address = f"127.0.0.1:{free_port()}"
        config = folder / "prometheus.yml"
        config.write_text(json.dumps({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"}, "rule_files": [str(rule) for rule in rules],
            "scrape_configs": [{"job_name": "alidade", "static_configs": [{"targets": list(targets)}]}]}))
        self._log = open(folder / "prometheus.log", "wb")
        self._process = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={self.address}"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)

    def _get(self, path, **parameters):
        with urllib.request.urlopen(f"http://{self.address}{path}?{urllib.parse.urlencode(parameters)}", timeout=10) as answer:
            return json.load(answer)["data"]

    def wait_ready(self):
        def ready():
            assert self._process.poll() is None, "Prometheus ended"
            try:
                return self._get("/api/v1/query", query="up")
            except (urllib.error.URLError, ConnectionError):
                return False
        wait_until("Prometheus answered", ready, 30)
        return self

    def query(self, expression):
        """The series of an instant query; an expression that is wrong is an HTTPError."""
        return self._get("/api/v1/query", query=expression)["result"]

    def rules(self):
        return [rule for group in self._get("/api/v1/rules")["groups"] for rule in group["rules"]]

    def stop(self):
        self._process.kill()
        self._process.wait(10)
        self._log.close()
