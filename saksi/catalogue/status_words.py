"""A camera's state and the reason for it, as people say them."""

from __future__ import annotations

from saksi.messages import Phrase, register_phrase

for _code, _en, _id in (
    ("state_recording", "recording", "sedang direkam"),
    ("state_connecting", "connecting", "sedang menyambung"),
    ("state_failed", "failed", "gagal"),
    ("state_stopped", "stopped", "berhenti"),
    ("state_disabled", "switched off", "dinonaktifkan"),
    ("state_unknown", "in an unknown state", "dalam keadaan tidak diketahui"),
    ("reason_", "no reason is known", "sebabnya tidak diketahui"),
    ("reason_unreachable", "the camera cannot be reached", "kamera tidak terjangkau"),
    ("reason_auth_failed", "the camera refuses the log-in", "kamera menolak login"),
    (
        "reason_address_refused",
        "its address is outside the networks allowed",
        "alamatnya di luar jaringan yang diizinkan",
    ),
    ("reason_no_keyframe", "no keyframe comes", "tidak ada keyframe"),
    ("reason_stalled", "the camera is silent", "kamera diam"),
    ("reason_recorder_down", "no recorder holds the camera", "tidak ada perekam yang memegang kamera"),
    ("reason_spool_full", "the recorder's spool is full", "spool perekam penuh"),
    ("reason_disabled", "the camera is switched off", "kamera dinonaktifkan"),
    ("reason_unsupported_codec", "its video cannot be recorded", "videonya tidak dapat direkam"),
):
    register_phrase(_code, en=_en, id_=_id)


def state_words(state: str) -> Phrase:
    """A state in words."""
    return Phrase(f"state_{state}")


def reason_words(reason: str | None) -> Phrase:
    """A reason in words."""
    return Phrase(f"reason_{reason or ''}")
