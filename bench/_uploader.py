"""What a shell script beside ffmpeg does: every finished segment is hashed by `sha256sum` and sent to the store."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from minio import Minio


def main() -> None:
    """Until killed."""
    folder, bucket = Path(sys.argv[1]), sys.argv[2]
    url = urlsplit(os.environ["S3_URL"])
    client = Minio(
        url.netloc, access_key=os.environ["S3_ACCESS"], secret_key=os.environ["S3_SECRET"], secure=False
    )
    while True:
        for camera in sorted(folder.iterdir()):
            for segment in sorted(camera.glob("*.mp4"))[:-1]:  # the last one is being written
                subprocess.run(["sha256sum", segment], check=True, capture_output=True, timeout=60)
                client.fput_object(bucket, f"{camera.name}/{segment.name}", str(segment))
                segment.unlink()
        time.sleep(1)


if __name__ == "__main__":
    main()
