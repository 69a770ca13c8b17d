"""The recorder's metrics, all in one place so that their names can be read like a table."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

frames = Counter("saksi_recorder_frames_total", "Pictures recorded.", ["camera"])
skipped = Counter("saksi_recorder_skipped_frames_total", "Pictures before a first keyframe.", ["camera"])
media_bytes = Counter("saksi_recorder_media_bytes_total", "Bytes of pictures and sound received.", ["camera"])
chunks = Counter("saksi_recorder_chunks_total", "Chunks sealed.", ["camera", "ended"])
failures = Counter("saksi_recorder_failures_total", "Connections that failed or broke.", ["camera", "reason"])
connected = Gauge("saksi_recorder_connected", "1 while the camera is being recorded.", ["camera"])
lost = Counter("saksi_recorder_lost_units_total", "Units of pictures known to be missing.", ["camera"])
reconnects = Counter("saksi_recorder_reconnects_total", "Connections after the first.", ["camera"])
keyframe_seconds = Gauge(
    "saksi_recorder_keyframe_interval_seconds", "Between the last two keyframes; 0: not seen yet.", ["camera"]
)

catalogue_lag = Histogram(
    "saksi_recorder_catalogue_lag_seconds",
    "From the end of a chunk to its row in the catalogue.",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600),
)
catalogue_away = Gauge(
    "saksi_recorder_catalogue_away_seconds", "For how long the catalogue has not answered; 0: it does."
)
announce_retries = Counter("saksi_recorder_announce_retries_total", "Catalogue writes that must be repeated.")
announce_refused = Counter("saksi_recorder_announce_refused_total", "Entries refused for good.", ["why"])
announce_waiting = Gauge("saksi_recorder_announce_waiting_items", "Facts not in the catalogue yet.")

put_retries = Counter("saksi_recorder_put_retries_total", "Uploads that must be repeated.")
put_refused = Counter("saksi_recorder_put_refused_total", "Chunks that changed on the spool.")
put_bytes = Counter("saksi_recorder_put_bytes_total", "Bytes of chunks in the object store.")
put_waiting = Gauge("saksi_recorder_put_waiting_chunks", "Chunks not in the object store yet.")

put_waiting_bytes = Gauge("saksi_recorder_put_waiting_bytes", "Bytes of them.")
put_oldest = Gauge("saksi_recorder_put_oldest_seconds", "Age of the oldest of them; 0: none waits.")
put_asked = Gauge("saksi_recorder_put_asked_chunks", "Those that somebody waits for.")
uplink_bound = Gauge(
    "saksi_recorder_uplink_bound_bytes",
    "What footage may take of the uplink now, bytes a second; -1: all of it.",
)
uplink_held = Counter("saksi_recorder_uplink_held_seconds_total", "How long the bound held uploads back.")

spool_bytes = Gauge("saksi_recorder_spool_bytes", "Bytes of sealed chunks on the spool.")
spool_room = Gauge(
    "saksi_recorder_spool_room_bytes",
    "What the spool can still take before unconfirmed footage is dropped; confirmed footage makes room.",
)
spool_dropped = Counter(
    "saksi_recorder_spool_dropped_chunks_total", "Unconfirmed chunks lost to a full spool."
)
spool_purged = Counter(
    "saksi_recorder_spool_purged_chunks_total", "Copies removed because a purge took the footage."
)
spool_failures = Counter("saksi_recorder_spool_failures_total", "Rounds of tending the spool that failed.")
put_again = Counter("saksi_recorder_put_again_total", "Acknowledged chunks that the store had lost.")
sent_again = Counter(
    "saksi_recorder_sent_again_total",
    "Stored chunks that were asked for again, by what became of them.",
    ["outcome"],
)
pulses = Counter("saksi_recorder_pulses_total", "Pulses in the log.")
pulses_missed = Counter("saksi_recorder_pulses_missed_total", "Pulses that could not be written.")
seals = Counter("saksi_recorder_seals_total", "Camera-hours sealed.")
seals_refused = Counter(
    "saksi_recorder_seals_refused_total", "Runs not sealed: the catalogue is not what the recorder remembers."
)
held = Gauge("saksi_recorder_cameras", "Cameras held.")
lease_retries = Counter("saksi_recorder_lease_retries_total", "Lease rounds that must be repeated.")
desk_wait = Histogram(
    "saksi_recorder_desk_wait_seconds",
    "How long received pictures waited for the thread that writes them.",
    buckets=(0.001, 0.005, 0.02, 0.1, 0.5, 2, 10),
)
desk_full = Counter(
    "saksi_recorder_desk_full_total", "Visits at which a camera was not read because its writer was behind."
)
rtp_faults = Counter(
    "saksi_recorder_rtp_faults_total",
    "What was wrong with RTP streams: packets reordered, late, bad; bytes of garbage; sources restarted.",
    ["kind"],
)
wheel_cameras = Gauge("saksi_recorder_wheel_cameras", "Cameras read by the RTP thread.")
wheel_late = Gauge("saksi_recorder_wheel_late_seconds", "How late the RTP thread last came to a camera.")
by_libav = Gauge(
    "saksi_recorder_by_libav",
    "1 while a camera is recorded through libav, 0 through our own RTP path.",
    ["camera"],
)

_OF_A_CAMERA = (
    frames,
    skipped,
    media_bytes,
    chunks,
    failures,
    connected,
    lost,
    reconnects,
    keyframe_seconds,
    by_libav,
)


def forget(camera: str) -> None:
    """A camera that is not ours any more has no series here: ten a camera are enough for a fleet of thousands."""
    for measure in _OF_A_CAMERA:
        measure.remove_by_labels({"camera": camera})
