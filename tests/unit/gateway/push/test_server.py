"""What the shell asks of the operating system (the rest: tests/contracts/push/test_abuse.py)."""

import socket

from gateway.push.server import USER_TIMEOUT_MS, listening_socket


def test_what_is_accepted_inherits_a_small_buffer_and_a_deadline() -> None:
    with listening_socket("127.0.0.1", 0) as listening:
        listening.listen(1)
        with socket.create_connection(listening.getsockname()):
            listening.setblocking(True)  # noqa: FBT003  # its only parameter
            accepted, _ = listening.accept()
            with accepted:
                size = accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
                assert size == 2 * 64 * 1024, "Linux says twice what was asked for"
                deadline = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
                assert deadline == USER_TIMEOUT_MS
