"""A camera's address may be shown only without what opens the camera."""

from __future__ import annotations

import pytest

from saksi.catalogue.camera_input import checked_source
from saksi.errors import BadInput
from saksi.secrets import mask_url


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://u:S3cret@10.0.0.1:554/stream1", "rtsp://u:***@10.0.0.1:554/stream1"),
        ("rtsp://S3cret@h/x", "rtsp://***@h/x"),
        ("rtsp://u:a@S3cret@h/x", "rtsp://u:***@h/x"),
        ("rtsp://u:S3cret@[2001:db8::1]:554/Channels/101", "rtsp://u:***@[2001:db8::1]:554/Channels/101"),
        ("rtsp://h/cam/realmonitor?channel=1&subtype=S3cret", "rtsp://h/cam/realmonitor?***"),
        ("rtsp://h/h264/ch1/main/av_stream", "rtsp://h/h264/ch1/main/av_stream"),
        ("rtsp://h/user=admin&password=S3cret&channel=1&stream=0.sdp", "rtsp://h/***"),
        ("rtsp://h/user=admin_password=S3cret_channel=1_stream=0.sdp?real_stream", "rtsp://h/***?***"),
        ("rtsp://h/admin/123/ch1", "rtsp://h/***/***/ch1"),
        ("rtsp://h/0/admin:S3cret/main", "rtsp://h/0/***/main"),
        ("rtsps://h:7441/S3cretS3cret?enableSrtp", "rtsps://h:7441/***?***"),
        ("rtmp://h/live/KEY", "rtmp://h/live/***"),
        ("rtmp://h/live", "rtmp://h/***"),
        ("http://h/video?TOKEN", "http://h/video?***"),
        ("http://h/video?S3cret=", "http://h/video?***"),
        ("http://h/video#S3cret", "http://h/video"),
        ("rtsp://admin:12/34@host/x", "rtsp://***"),
        ("rtsp://admin:1?S3cret@host/x", "rtsp://***"),
        ("rtsp://admin:1#S3cret@host/x", "rtsp://***"),
        ("rtsp://admin:S3/cret@host/x", "rtsp://***"),
        ("rtsp://[", "rtsp://***"),
        ("admin:S3cret@host/x", "***"),
        ("S3cret", "***"),
        ("", "***"),
    ],
)
def test_a_masked_address_shows_where_the_camera_is_and_not_how_to_open_it(address: str, shown: str) -> None:
    assert mask_url(address) == shown
    assert mask_url(shown) == shown


@pytest.mark.parametrize("password", ["12/34", "1?2", "1#2", "a/b/c"])
def test_a_password_that_ends_the_host_too_early_is_refused_with_the_remedy(password: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked_source(f"rtsp://admin:{password}@host/x")
    assert refused.value.field == "source"
    for language in ("en", "id"):
        what, remedy = refused.value.explain(language)
        assert "%2F" in remedy
        assert password not in what + remedy


@pytest.mark.parametrize(
    "address", ["rtsp://u:a%2Fb%40@h/x", "rtsp://h/a%40b", "rtsp://u:a@b@h/x", "http://h/?x=1"]
)
def test_an_address_with_its_password_encoded_is_taken(address: str) -> None:
    assert checked_source(address) == address
