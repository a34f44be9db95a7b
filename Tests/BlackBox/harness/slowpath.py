"""A slow way between the daemon and its broker."""
import contextlib
import socket
import threading
import time


class SlowPath:
    """Takes what the broker sends as fast as it comes and hands it on at so many bytes a second."""

    def __init__(self, port, bytes_per_second):
        self._target = port
        self._rate = bytes_per_second
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            broker = socket.create_connection(("127.0.0.1", self._target))
            threading.Thread(target=_copy, args=(client, broker), daemon=True).start()
            threading.Thread(target=self._throttle, args=(broker, client), daemon=True).start()

    def _throttle(self, source, sink):
        waiting, arrived, ended = [], threading.Condition(), threading.Event()

        def read():
            with contextlib.suppress(OSError):
                while data := source.recv(1 << 16):
                    with arrived:
                        waiting.append(data)
                        arrived.notify()
            with arrived:
                ended.set()
                arrived.notify()

        threading.Thread(target=read, daemon=True).start()
        with contextlib.suppress(OSError):
            while True:
                with arrived:
                    while not waiting and not ended.is_set():
                        arrived.wait()
                    if not waiting:
                        break
                    data = waiting.pop(0)
                for start in range(0, len(data), 4096):
                    piece = data[start:start + 4096]
                    sink.sendall(piece)
                    time.sleep(len(piece) / self._rate)
        for end in (source, sink):
            end.close()

    def close(self):
        self._listener.close()


def _copy(source, sink):
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
