"""Cameras over RTSP with RTP interleaved on its connection: no library and no thread stands between the packet and us.

From the wire inwards: `link` (socket, TLS, kernel times), `wheel` (one thread reads every camera in turn), `demux` (the
byte stream cut into packets, messages and reports), `sequence` (loss and order), `video` and `audio` (packets put
together again), `desk` (the bounded hand-off to the thread that writes). `handshake` speaks RTSP before the wheel takes
over. Everything between `link` and `wheel` does no input or output: bytes in, units out.
"""
