import base64
import concurrent.futures
import contextlib
import json
import os
import pathlib
import random
import re
import subprocess
import urllib.parse

import pika

from harness.certificates import Authority
from harness.waiting import PATIENCE

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "deploy" / "broker"
QUEUES = {"profiler": "profiler-telemetry", "intelligence": "intelligence-events"}


class Broker:
    """The private RabbitMQ that deploy/broker runs in a folder."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self._spare_hosts = []
        self._made = 0

    @property
    def url(self):
        return (self.directory / "url").read_text().strip()

    @property
    def tls_url(self):
        return (self.directory / "tls-url").read_text().strip()

    @property
    def port(self):
        return urllib.parse.urlsplit(self.url).port

    def _run(self, verb, *arguments):
        done = subprocess.run(
            [SCRIPT, verb, self.directory, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=180 * PATIENCE)
        assert done.returncode == 0, f"deploy/broker {verb} {' '.join(map(str, arguments))}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(self):
        self._run("start")

    def stop(self):
        self._run("stop")

    def kill(self):
        self._run("kill")

    def restart(self):
        self._run("restart")

    def ctl(self, *arguments):
        return self._run("ctl", *arguments)

    def eval(self, erlang, limit=180 * PATIENCE):
        """The text that an expression gives, an iolist. `erl_call` asks the node itself; rabbitmqctl starts a whole Erlang for each question."""
        script = f". {self.directory}/environment; exec erl_call -n $RABBITMQ_NODENAME -c \"$(cat $HOME/.erlang.cookie)\" -e"
        done = subprocess.run(
            ["bash", "-c", script], input=f"base64:encode_to_string(iolist_to_binary({erlang})).\n", capture_output=True, text=True, timeout=limit)
        answer = re.fullmatch(r'\{ok, (?:"(.*)"|\[\])\}', done.stdout.strip())
        assert done.returncode == 0 and answer, f"{erlang}: {done.stdout}{done.stderr}"
        return base64.b64decode(answer[1] or "").decode()

    def new_host(self):
        """A virtual host of its own isolates a test. They are made some at a time."""
        if not self._spare_hosts:
            names = [f"host-{os.getpid()}-{self._made + n}" for n in range(10)]
            self._made += len(names)
            erlang = " ".join(
                f'rabbit_vhost:add(<<"{name}">>, <<"tests">>), rabbit_auth_backend_internal:set_permissions('
                f'<<"guest">>, <<"{name}">>, <<".*">>, <<".*">>, <<".*">>, <<"tests">>),' for name in names)
            self.eval(f'begin {erlang} "" end')
            self._spare_hosts = names
        return VirtualHost(self, self._spare_hosts.pop(0))

    def remove_host(self, host):
        """Each queue that is left costs the broker a little for as long as it runs. One that does not run, or not well, is let be."""
        with contextlib.suppress(AssertionError, subprocess.TimeoutExpired):
            self.eval(f'begin catch rabbit_vhost:delete(<<"{host.name}">>, <<"tests">>), "" end', limit=60)


class SecureBroker(Broker):
    """A RabbitMQ whose TLS listener lets nobody in without a client certificate, and which has the management API.

    That API has one usual port, so this broker has an address of its own, on the loopback interface as well."""

    def __init__(self, directory):
        super().__init__(directory)
        self.address = f"127.{random.randrange(16, 250)}.{random.randrange(1, 250)}.{random.randrange(1, 250)}"
        self.tls = self.directory / "tls"
        self.authority = Authority(self.tls)
        self.present()
        self.authority.issue("alidade")
        (self.directory / "extra_plugins").write_text("rabbitmq_management\n")
        (self.directory / "extra.conf").write_text("\n".join([
            "ssl_options.fail_if_no_peer_cert = true",
            f"listeners.tcp.2 = {self.address}:5672",
            f"management.tcp.ip = {self.address}",
            "management.tcp.port = 15672",
        ]) + "\n")

    def present(self, authority=None, **certificate):
        """Presents a certificate of the authority to those who connect from now on."""
        (authority or self.authority).issue("server", folder=self.tls, **certificate)
        if (self.directory / "server.pid").exists():
            self.ctl("eval", "ssl:clear_pem_cache().")

    def client(self, certificate="alidade"):
        """The section broker.tls for a certificate of this broker's authority."""
        return {"ca_file": str(self.authority.certificate), "certificate_file": str(self.tls / f"{certificate}.pem"),
                "key_file": str(self.tls / f"{certificate}.key")}


class Cluster(Broker):
    """Three nodes on one machine; everybody but the daemon under test works with the first, which stays up."""

    def __init__(self, directory):
        directory = pathlib.Path(directory)
        super().__init__(directory / "1")
        self.others = [Broker(directory / name) for name in ("2", "3")]

    def start(self):
        super().start()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            list(pool.map(lambda node: node._run("join", self.directory), self.others))

    def stop(self):
        for node in self.others:
            node.stop()
        super().stop()

    def urls(self, host):
        """Of every node, the first one last."""
        return [node.url + host.name for node in [*self.others, self]]

    def node_of(self, host, queue):
        """Who leads a quorum queue, or has a classic one; None while nobody does."""
        rows = host.ctl("list_queues", "--no-table-headers", "name", "pid").splitlines()
        pid = next(row.split("\t")[1] for row in rows if row.split("\t")[0] == queue)
        return next((node for node in [self, *self.others] if f"alidade-{node.port}@" in pid), None)


class VirtualHost:
    """One test's part of the broker."""

    def __init__(self, broker, name):
        self.broker = broker
        self.name = name

    @property
    def url(self):
        return self.broker.url + self.name

    def on(self, node):
        """The same virtual host, reached through another node of the cluster."""
        return VirtualHost(node, self.name)

    def parameters(self, **more):
        credentials = pika.PlainCredentials("guest", "guest")
        return pika.ConnectionParameters(
            "127.0.0.1", self.broker.port, self.name, credentials, heartbeat=0, socket_timeout=20,
            blocked_connection_timeout=60, **more)

    def connect(self):
        return pika.BlockingConnection(self.parameters())

    def ctl(self, command, *arguments):
        return self.broker.ctl(command, "--vhost", self.name, *arguments)

    def permit(self, name, password, configure=".*", write=".*", read=".*"):
        """A user with these permissions here, who is made where there is none; returns the URL."""
        user, *patterns = (json.dumps(text) for text in (name, configure, write, read))
        self.broker.eval(
            f"begin case rabbit_auth_backend_internal:exists(<<{user}>>) of true -> ok; "
            f"false -> ok = rabbit_auth_backend_internal:add_user(<<{user}>>, <<{json.dumps(password)}>>, <<\"tests\">>) end, "
            f"ok = rabbit_auth_backend_internal:set_permissions(<<{user}>>, <<\"{self.name}\">>, "
            + ", ".join(f"<<{pattern}>>" for pattern in patterns) + ', <<"tests">>), "" end')
        return self.url.replace("guest:guest@", f"{name}:{urllib.parse.quote(password)}@")

    def depths(self):
        """Every queue's messages, ready and unacknowledged."""
        rows = self.broker.eval(
            '[[element(4, N), 9, integer_to_list(M), 10] || '
            f'[{{name, N}}, {{messages, M}}] <- rabbit_amqqueue:info_all(<<"{self.name}">>, [name, messages]), is_integer(M)]').splitlines()
        return {name: int(count) for name, count in (row.split("\t") for row in rows)}

    def ready(self, queue):
        """How many messages wait in a queue, without asking rabbitmqctl."""
        with self.connect() as connection:
            return connection.channel().queue_declare(queue, passive=True).method.message_count

    def unsettled(self, queue):
        """How many messages a quorum queue holds, ready and unacknowledged, as it knows itself: what rabbitmqctl lists is some seconds old."""
        return int(self.broker.eval(
            f'begin {{ok, Q}} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"{self.name}">>, queue, <<"{queue}">>)), '
            "{ok, N, _} = ra:consistent_query(amqqueue:get_pid(Q), fun rabbit_fifo:query_messages_total/1), integer_to_list(N) end"))

    def publish(self, kind, body, **properties):
        """Publishes one persistent message as a producer would and waits for its confirm."""
        with self.connect() as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            channel.basic_publish(
                "telemetry", f"{kind}.event", body, pika.BasicProperties(delivery_mode=2, **properties), mandatory=True)

    def declare(self, queue_type="quorum"):
        """What the page Topology lists for events, as an operator or a producer that comes first would declare it."""
        with self.connect() as connection:
            channel = connection.channel()
            channel.exchange_declare("telemetry", "topic", durable=True)
            channel.exchange_declare("telemetry.aggregates", "topic", durable=True)
            channel.exchange_declare("telemetry.rejections", "topic", durable=True)
            kind = {"x-queue-type": queue_type}
            for name, key in (("profiler-telemetry", "profiler.#"), ("intelligence-events", "intelligence.#")):
                channel.queue_declare(name, durable=True, arguments=kind)
                channel.queue_bind(name, "telemetry", key)

    def connections(self, column="pid"):
        if column == "pid":
            return sorted(self.broker.eval(
                f'[[pid_to_list(P), 10] || [{{vhost, <<"{self.name}">>}}, {{pid, P}}] <- rabbit_networking:connection_info_all([vhost, pid])]').splitlines())
        rows = self.broker.ctl("list_connections", "--no-table-headers", "vhost", column).splitlines()
        return sorted(row.split("\t")[1] for row in rows if row.split("\t")[0] == self.name)

    def close_connections(self):
        self.broker.ctl("close_all_connections", "--vhost", self.name, "cut by a test")
