"""The server: listens, and gives each client a connection to the city."""

from __future__ import annotations

import asyncio

from simcam.city import City
from simcam.connection import Connection


class Server(City):
    """An RTSP server for the cameras of a city."""

    _listener: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listens and answers the port (the one chosen by the system for port 0). Raises OSError."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(lambda: Connection(self), host, port, backlog=512)
        return int(self._listener.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Closes the listener and every connection."""
        if self._listener is not None:
            self._listener.close()
        for connection in tuple(self.connections):
            connection.close("the server stops")
        while self.connections:
            await asyncio.sleep(
                0
            )  # each is forgotten, and its channel's task ended, in the loop's next round
        if self._listener is not None:
            await self._listener.wait_closed()
            self._listener = None
