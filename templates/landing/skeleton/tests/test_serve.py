"""The process: it starts, listens on a socket, stops when asked."""

import signal
import socket
import time


def ask(path):
    """Return what the socket answers, or nothing while nobody listens there."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        try:
            connection.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            return b""
        connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        return connection.recv(4096)


def test_it_listens_on_a_socket_and_ends_at_sigterm(server, monkeypatch):
    process, folder = server
    monkeypatch.chdir(folder)
    deadline = time.monotonic() + 30
    while not (answer := ask("socket")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert answer.startswith(b"HTTP/1.0 200")
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "setup code" in output and "Stopped." in output
