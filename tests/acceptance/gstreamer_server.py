"""An RTSP server that nobody here wrote: GStreamer's, serving an MP4 without re-encoding.

Run by the system's Python, which has GStreamer's bindings: `python3 gstreamer_server.py FILE h264|h265 [udp]`; with
`udp` it refuses RTP over TCP. Prints its port.
"""

from __future__ import annotations

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402 - versions must be chosen first


def main() -> None:
    """Serves until killed."""
    path, codec = sys.argv[1:3]
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_service("0")
    server.set_address("127.0.0.1")
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f'( filesrc location="{path}" ! qtdemux ! {codec}parse ! rtp{codec}pay name=pay0 pt=96 config-interval=-1 )'
    )
    factory.set_shared(True)
    if sys.argv[3:] == ["udp"]:
        factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
    server.get_mount_points().add_factory("/stream", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


main()
