"""pika behind a few verbs; the only module that knows it. Imported by the sender's thread with the first event, never before.

One loop serves both connections. What is pika's own is left alone in a child that was forked: see `abandon`.
"""
from __future__ import annotations

import logging
import os
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pika
import pika.exceptions
from pika.adapters.select_connection import IOLoop as IOLoop
from pika.adapters.utils.nbio_interface import AbstractIOReference
from pika.adapters.utils.selector_ioloop_adapter import SelectorIOServicesAdapter
from pika.spec import BasicProperties as BasicProperties

from .frames import Frames
from .options import Options, check_urls

HEARTBEAT = 30
CONNECT_SECONDS = 5.0
# What another try in a moment does not mend.
LASTING = ("login", "tls", "host", "vhost", "configuration")


class _Quiet(logging.Filter):
    """Keeps what pika says in our threads from the application's log: there is one line of ours for each cause instead."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.thread not in _threads


_threads: set[int] = set()
_quiet = _Quiet()


def quieten() -> None:
    """Marks this thread; loggers of pika that are made later are seen to at each connect."""
    _threads.add(threading.get_ident())
    for name in list(logging.root.manager.loggerDict):
        if name == "pika" or name.startswith("pika."):
            found = logging.getLogger(name)
            if _quiet not in found.filters:
                found.addFilter(_quiet)


def forget_threads() -> None:
    """In a child, where their numbers are others'."""
    _threads.clear()


def loudly() -> None:
    """The thread ends; its number may be another's soon."""
    _threads.discard(threading.get_ident())


class Trouble(Exception):
    """Why there is no connection: a word for the kind, and a sentence with the remedy."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind, self.text = kind, text


def parameters(url: str, options: Options, name: str) -> pika.connection.Parameters:
    """Of one URL. Files are read again at each connect. Raises Trouble."""
    try:
        parts = urlsplit(url)
        if parts.username and parts.password is None:
            # pika wants a password in the URL; that of the file takes its place.
            parts = parts._replace(netloc=parts.netloc.replace("@", ":@", 1))
        found = pika.URLParameters(parts.geturl())
        found.heartbeat = found.heartbeat if "heartbeat=" in parts.query else HEARTBEAT
        found.socket_timeout = CONNECT_SECONDS
        found.stack_timeout = 2 * CONNECT_SECONDS
        found.connection_attempts = 1
        found.blocked_connection_timeout = None
        found.client_properties = {"connection_name": name, "product": "alidade-client"}
        if options.password_file is not None:
            with open(options.password_file, encoding="utf-8") as file:
                found.credentials = pika.PlainCredentials(parts.username or "guest", file.read().rstrip("\r\n"))
        if parts.scheme == "amqps":
            found.ssl_options = _tls(options, parts.hostname or "")
        return found
    except ssl.SSLError as error:
        # Before its own kind: it is an OSError.
        raise Trouble("tls", f"the certificates cannot be used: {error}") from None
    except OSError as error:
        raise Trouble("configuration", f"{error.filename or 'a file'} cannot be read: {error.strerror or error}") from None
    except Exception as error:
        raise Trouble("configuration", f"the URL of the broker cannot be used: {type(error).__name__}") from None


def _tls(options: Options, host: str) -> pika.SSLOptions:
    settings = options.tls
    for name in ("ca_file", "certificate_file", "key_file"):
        if settings.get(name):
            # What ssl says of a file that is not there does not name it.
            open(settings[name], "rb").close()
    context = ssl.create_default_context(cafile=settings.get("ca_file"))
    if settings.get("certificate_file"):
        context.load_cert_chain(settings["certificate_file"], settings.get("key_file"))
    if str(settings.get("verify_hostname", True)).lower() in ("false", "0", "no", "off"):
        context.check_hostname = False
    return pika.SSLOptions(context, host)


def explain(error: BaseException, url: str) -> Trouble:
    """What is wrong, in one sentence, without the password."""
    parts = urlsplit(url)
    where = f"{parts.hostname}:{parts.port or (5671 if parts.scheme == 'amqps' else 5672)}"
    causes = _causes(error)
    for cause in causes:
        if isinstance(cause, pika.exceptions.ProbableAuthenticationError) or "ACCESS_REFUSED" in str(cause) and "Login" in str(cause):
            return Trouble("login", f"{where} refused the login of {parts.username or 'guest'}: check the password, or the password file")
        if isinstance(cause, pika.exceptions.ProbableAccessDeniedError) or getattr(cause, "reply_code", 0) == 530:
            return Trouble("vhost", f"{where} has no virtual host {parts.path.lstrip('/') or '/'!r} for {parts.username or 'guest'}")
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Trouble("tls", f"the certificate of {where} is not trusted: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            return Trouble("tls", f"TLS with {where} failed: {cause.reason or cause}")
        if isinstance(cause, socket.gaierror):
            return Trouble("host", f"{parts.hostname} is no known host")
        if isinstance(cause, ConnectionRefusedError):
            return Trouble("refused", f"{where} refused the connection")
        if isinstance(cause, (TimeoutError, socket.timeout)) or "Timeout" in type(cause).__name__ or "Timeout while" in str(cause):
            return Trouble("timeout", f"{where} did not answer in time")
    cause = causes[-1]
    return Trouble("lost", f"{where}: {type(cause).__name__}: {str(cause)[:200]}")


def _causes(error: BaseException) -> list[BaseException]:
    """An error with all that pika has wrapped in it."""
    found: list[BaseException] = []
    queue: list[Any] = [error]
    while queue and len(found) < 32:
        one = queue.pop(0)
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            queue += [getattr(one, "exception", None), one.__cause__, *getattr(one, "exceptions", ()), *(arg for arg in one.args)]
        elif isinstance(one, (list, tuple)):
            queue += one
    return found


class _Lookup(AbstractIOReference):  # type: ignore[misc]
    """A host's addresses, unless nobody wants them any more."""

    def __init__(self, on_done: Callable[[Any], None]) -> None:
        self._on_done: Callable[[Any], None] | None = on_done

    def cancel(self) -> bool:
        wanted, self._on_done = self._on_done is not None, None
        return wanted

    def deliver(self, result: Any) -> None:
        on_done, self._on_done = self._on_done, None
        if on_done is not None:
            on_done(result)


class _Services(SelectorIOServicesAdapter):  # type: ignore[misc]
    """pika looks hosts up in a thread that a leaving process waits for, and that cannot be started when it leaves. This one is a daemon,
    and not needed for a number."""

    def getaddrinfo(self, host: str, port: int, on_done: Callable[[Any], None], family: int = 0, socktype: int = 0, proto: int = 0,
                    flags: int = 0) -> _Lookup:
        lookup, loop = _Lookup(on_done), self.get_native_ioloop()

        def resolve(extra: int = 0) -> Any:
            try:
                return socket.getaddrinfo(host, port, family, socktype, proto, flags | extra)
            except Exception as error:
                return error

        def in_thread() -> None:
            result = resolve()
            try:
                loop.add_callback_threadsafe(lambda: lookup.deliver(result))
            except Exception:
                # The loop is closed.
                pass

        result = resolve(socket.AI_NUMERICHOST)
        if isinstance(result, Exception):
            try:
                threading.Thread(target=in_thread, name="alidade-lookup", daemon=True).start()
                return lookup
            except RuntimeError:
                result = resolve()
        loop.call_later(0, lambda: lookup.deliver(result))
        return lookup


class _Connection(pika.SelectConnection):  # type: ignore[misc]
    """With a verb for frames that are made already."""

    def write(self, data: bytes) -> None:
        self._output_marshaled_frames([data])


class Link:
    """One connection with one channel in confirm mode. All of it belongs to the loop's thread."""

    def __init__(self, loop: IOLoop, options: Options, name: str) -> None:
        self.loop, self.options, self.name = loop, options, name
        self.on_ready: Callable[[], None] = _nothing
        self.on_lost: Callable[[Trouble], None] = _nothing
        self.on_channel_closed: Callable[[int, str], None] = _nothing
        self.on_confirm: Callable[[int, bool, bool], None] = _nothing
        self.on_return: Callable[[str], None] = _nothing
        self.on_blocked: Callable[[bool], None] = _nothing
        self.connection: Any = None
        self.channel: Any = None
        self.frames: Any = None
        self.tag = 0
        self._urls: list[str] = []
        self._url = ""
        self._over = False

    def open(self) -> None:
        """Tries each URL in turn; ends in `on_ready` or `on_lost`."""
        self._over = False
        self._urls = check_urls(self.options.url)
        self._next()

    def _next(self) -> None:
        self._url = self._urls.pop(0)
        try:
            found = parameters(self._url, self.options, self.name)
            quieten()
            self.connection = _Connection(
                found, on_open_callback=self._opened, on_open_error_callback=self._not_opened, on_close_callback=self._closed,
                custom_ioloop=_Services(self.loop))
        except Trouble as trouble:
            self._failed(trouble)
        except Exception as error:
            self._failed(explain(error, self._url))

    def _failed(self, trouble: Trouble) -> None:
        self.connection = None
        if self._over:
            return
        if self._urls:
            self.loop.call_later(0, self._next)
        else:
            self._over = True
            self.loop.call_later(0, lambda: self.on_lost(trouble))

    def _opened(self, connection: Any) -> None:
        if self._over:
            connection.close()
            return
        connection.add_on_connection_blocked_callback(lambda *_: self.on_blocked(True))
        connection.add_on_connection_unblocked_callback(lambda *_: self.on_blocked(False))
        self.open_channel()

    def _not_opened(self, _connection: Any, error: BaseException) -> None:
        self._failed(explain(error, self._url))

    def _closed(self, _connection: Any, error: BaseException) -> None:
        self.channel = self.connection = None
        if not self._over:
            self._over = True
            self.on_lost(explain(error, self._url))

    def open_channel(self) -> None:
        if self.connection is not None and self.connection.is_open:
            self.connection.channel(on_open_callback=self._channel_opened)

    def _channel_opened(self, channel: Any) -> None:
        self.tag = 0
        channel.add_on_close_callback(self._channel_closed)
        channel.add_on_return_callback(lambda _channel, _method, properties, _body: self.on_return(properties.message_id or ""))
        channel.confirm_delivery(self._confirmed, callback=lambda _frame: self._ready(channel))

    def _ready(self, channel: Any) -> None:
        self.channel = channel
        self.frames = Frames(channel.channel_number, self.connection.params.frame_max)
        self.on_ready()

    def _channel_closed(self, _channel: Any, error: BaseException) -> None:
        self.channel = None
        if self.connection is not None and self.connection.is_open and not self._over:
            self.on_channel_closed(int(getattr(error, "reply_code", 0)), str(getattr(error, "reply_text", error)))

    def _confirmed(self, frame: Any) -> None:
        method = frame.method
        self.on_confirm(method.delivery_tag, method.NAME == "Basic.Ack", method.multiple)

    def publish(self, exchange: str, key: str, body: bytes, properties: Any) -> int:
        """The delivery tag."""
        self.channel.basic_publish(exchange, key, body, properties, mandatory=True)
        return self.next_tag()

    def next_tag(self) -> int:
        """That of the next message that is written."""
        self.tag += 1
        return self.tag

    def write(self, data: bytes) -> None:
        """Frames of whole messages."""
        if self.connection is not None:
            self.connection.write(data)

    def is_open(self) -> bool:
        return self.channel is not None and bool(self.channel.is_open)

    def close(self) -> None:
        """Politely, where it is open; nothing is called back."""
        self._over = True
        if self.connection is not None and not self.connection.is_open:
            # pika does not bear to be closed while it opens.
            self.abandon()
        connection, self.connection, self.channel = self.connection, None, None
        try:
            if connection is not None and connection.is_open:
                connection.close()
        except Exception:
            pass

    def abandon(self) -> None:
        """The descriptor is closed and nothing is said on it. No object of pika's is asked to do anything."""
        transport = getattr(self.connection, "_transport", None)
        found = getattr(transport, "_sock", None)
        try:
            if found is not None:
                os.close(found.detach())
        except OSError:
            pass


def _nothing(*_: Any) -> None:
    """Nobody listens yet."""
