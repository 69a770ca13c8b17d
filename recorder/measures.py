"""The recorder's metrics, all in one place so that their names can be read like a table."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

frames = Counter("saksi_recorder_frames_total", "Pictures recorded.", ["camera"])
skipped = Counter("saksi_recorder_skipped_frames_total", "Pictures before a first keyframe.", ["camera"])
media_bytes = Counter("saksi_recorder_media_bytes_total", "Bytes of pictures and sound received.", ["camera"])
chunks = Counter("saksi_recorder_chunks_total", "Chunks sealed.", ["camera", "ended"])
failures = Counter("saksi_recorder_failures_total", "Connections that failed or broke.", ["camera", "reason"])
connected = Gauge("saksi_recorder_connected", "1 while the camera is being recorded.", ["camera"])

announce_retries = Counter("saksi_recorder_announce_retries_total", "Catalogue writes that must be repeated.")
announce_refused = Counter("saksi_recorder_announce_refused_total", "Entries refused for good.", ["why"])
announce_waiting = Gauge("saksi_recorder_announce_waiting_items", "Facts not in the catalogue yet.")

put_retries = Counter("saksi_recorder_put_retries_total", "Uploads that must be repeated.")
put_refused = Counter("saksi_recorder_put_refused_total", "Chunks that changed on the spool.")
put_bytes = Counter("saksi_recorder_put_bytes_total", "Bytes of chunks in the object store.")
put_waiting = Gauge("saksi_recorder_put_waiting_chunks", "Chunks not in the object store yet.")

spool_bytes = Gauge("saksi_recorder_spool_bytes", "Bytes of sealed chunks on the spool.")
spool_dropped = Counter(
    "saksi_recorder_spool_dropped_chunks_total", "Unconfirmed chunks lost to a full disk."
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
