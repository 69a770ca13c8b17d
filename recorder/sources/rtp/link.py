"""The TCP connection to a camera, with TLS inside where the address says so; with the kernel's time of arrival."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct

from recorder.access_unit import SourceFailed, address_refused
from recorder.sources.rtp.address import Address
from saksi import clock
from saksi.networks.camera_networks import AddressRefused, CameraNetworks

READ_BYTES = 512 * 1024
_SO_TIMESTAMPNS = 35  # asm-generic/socket.h; Python names it only on some systems
_STAMP = struct.Struct("@ll")
_MOST_UNSENT = 64 * 1024


class Link:
    """One connection: blocking until `free`, then never."""

    def __init__(self, address: Address, timeout_s: float, networks: CameraNetworks) -> None:
        """Connects, if a camera may be there. Raises SourceFailed."""
        self._unsent = b""
        try:
            self._socket = networks.connect(address.host, address.port, timeout_s)
        except AddressRefused as refused:
            raise address_refused(refused) from refused
        except TimeoutError as error:
            raise SourceFailed("unreachable", f"no answer within {timeout_s:g} s") from error
        except (OSError, UnicodeError) as error:
            raise SourceFailed("unreachable", _words(error)) from error
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._tls: _Tls | None = None
        if address.secure:
            try:
                self._tls = _Tls(address.host)
                self._shake(timeout_s)
            except (OSError, SourceFailed):
                self.close()
                raise

    def free(self) -> None:
        """From here on nothing blocks."""
        self._socket.setblocking(False)

    def send(self, data: bytes) -> None:
        """Sends, and keeps for the next call what the camera does not take now. Raises SourceFailed."""
        if data and self._tls is not None:
            data = self._tls.seal(data)
        data = self._unsent + data
        self._unsent = b""
        if not data:
            return
        try:
            if self._socket.gettimeout() is None or self._socket.gettimeout():
                self._socket.sendall(data)
            else:
                self._unsent = data[self._socket.send(data) :]
        except BlockingIOError:
            self._unsent = data
        except OSError as error:
            raise SourceFailed("unreachable", f"the connection broke, {_words(error)}") from error
        if len(self._unsent) > _MOST_UNSENT:
            raise SourceFailed("unreachable", "it does not read what is sent to it")

    def receive(self) -> tuple[bytes, int] | None:
        """The next bytes and the wall-clock microsecond at which the last of them came.

        None when there are none now; no bytes at the end of the stream. Raises SourceFailed; TimeoutError only while
        it blocks.
        """
        try:
            data, notes, _, _ = self._socket.recvmsg(READ_BYTES, 64)
        except TimeoutError:
            raise
        except BlockingIOError:
            return None
        except OSError as error:
            raise SourceFailed("unreachable", f"the connection broke, {_words(error)}") from error
        arrival_us = _arrival_us(notes)
        if self._tls is not None and data:
            plain = self._tls.open(data)
            answer = self._tls.pending()
            if answer:
                self._unsent += answer
                self.send(b"")
            return (plain, arrival_us) if plain or self._tls.over else None
        return data, arrival_us

    def wait_s(self, seconds: float) -> None:
        """How long a blocking receive may take from now on."""
        self._socket.settimeout(max(seconds, 0.001))

    def close(self) -> None:
        """Ends the connection; harmless when it is over."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _shake(self, timeout_s: float) -> None:
        assert self._tls is not None
        until_us = clock.monotonic_us() + round(timeout_s * 1e6)
        while not self._tls.shaken():
            self._socket.sendall(self._tls.pending())
            left_s = (until_us - clock.monotonic_us()) / 1e6
            if left_s <= 0:
                raise SourceFailed("unreachable", f"no TLS within {timeout_s:g} s")
            self.wait_s(left_s)
            try:
                data = self._socket.recv(65_536)
            except TimeoutError as error:
                raise SourceFailed("unreachable", f"no TLS within {timeout_s:g} s") from error
            except OSError as error:
                raise SourceFailed("unreachable", _words(error)) from error
            if not data:
                raise SourceFailed("unreachable", "it closed the connection in the TLS handshake")
            self._tls.push(data)
        self._socket.sendall(self._tls.pending())


class _Tls:
    """TLS over bytes in memory, so that the connection itself is read the same way with and without it."""

    def __init__(self, host: str) -> None:
        # Cameras carry certificates that nobody signed; TLS here hides password and picture from whoever listens.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.over = False
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(self._in, self._out, server_hostname=host)

    def shaken(self) -> bool:
        """Goes on with the handshake; whether it is done. Raises SourceFailed."""
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as error:
            raise SourceFailed("unreachable", f"TLS failed, {_reason(error)}") from error
        return True

    def push(self, data: bytes) -> None:
        self._in.write(data)

    def pending(self) -> bytes:
        """Bytes to send."""
        return self._out.read()

    def seal(self, data: bytes) -> bytes:
        self._object.write(data)
        return self._out.read()

    def open(self, data: bytes) -> bytes:
        """The plain bytes that are whole by now. Raises SourceFailed."""
        self._in.write(data)
        plain = []
        while not self.over:
            try:
                piece = self._object.read(65_536)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLZeroReturnError:
                self.over = True
            except ssl.SSLError as error:
                raise SourceFailed("unreachable", f"TLS broke, {_reason(error)}") from error
            else:
                self.over = not piece
                plain.append(piece)
        return b"".join(plain)


def _arrival_us(notes: list[tuple[int, int, bytes]]) -> int:
    for level, kind, stamp in notes:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(stamp) >= _STAMP.size:
            seconds, nanoseconds = _STAMP.unpack_from(stamp)
            return int(seconds) * 1_000_000 + int(nanoseconds) // 1_000
    return clock.now_us()


def _reason(error: ssl.SSLError) -> str:
    return (error.reason or "for no reason given").lower().replace("_", " ")


def _words(error: OSError | UnicodeError) -> str:
    """The system's sentence, which holds no address."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return text.lower()
