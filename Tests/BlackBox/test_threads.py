"""The threads of the daemon are those that the page lists; `top -H` shows the names."""
import pathlib
import re

import pika

from harness import page
from harness.waiting import wait_until

# Made by the run-time and by the HTTP server; the thread that writes the log has the name of the program.
OTHERS = re.compile(r"alidade$|NIO-|.*qos")


def test_the_threads_are_those_of_the_page(make_daemon, host):
    daemon = make_daemon({"aggregates": {"interval_seconds": 1}})
    daemon.start()
    listed = set(re.findall(r"^\| `([a-z -]+)` \|", page.text("The-path-of-a-message").split("## The threads")[1].split("\n## ")[0], re.M))

    def running():
        names = {path.read_text().strip() for path in pathlib.Path(f"/proc/{daemon.process.pid}/task").glob("*/comm")}
        return {name for name in names if not OTHERS.match(name)}

    with pika.BlockingConnection(pika.URLParameters(host.url)) as connection:
        channel = connection.channel()
        channel.basic_consume("amq.rabbitmq.reply-to", lambda *reply: channel.stop_consuming(), auto_ack=True)
        channel.basic_publish("", "telemetry-metrics-requests", b'{"metric": "override_rate", "days": 7}',
                              pika.BasicProperties(reply_to="amq.rabbitmq.reply-to"))
        channel.start_consuming()
    assert len(listed) >= 8
    wait_until("every thread of the page ran", lambda: listed <= running())
    assert running() == listed
