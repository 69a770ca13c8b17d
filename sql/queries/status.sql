-- How each camera is doing right now.

-- report --
insert into camera_status (camera_id, state, reason, detail, since, codec, width, height, fps, mbps, last_frame_at, recorder, seen_at,
                           keyframe_s, lost, reconnects)
values (%(camera_id)s, %(state)s, %(reason)s, %(detail)s, %(since)s, %(codec)s, %(width)s, %(height)s, %(fps)s, %(mbps)s,
        %(last_frame_at)s, %(recorder)s, now(), %(keyframe_s)s, %(lost)s, %(reconnects)s)
on conflict (camera_id) do update set
  state = excluded.state, reason = excluded.reason, detail = excluded.detail, since = excluded.since, codec = excluded.codec,
  width = excluded.width, height = excluded.height, fps = excluded.fps, mbps = excluded.mbps,
  last_frame_at = excluded.last_frame_at, recorder = excluded.recorder, seen_at = now(),
  keyframe_s = excluded.keyframe_s, lost = excluded.lost, reconnects = excluded.reconnects;

-- ask_seal --
-- Asks whoever records the camera to cut its open chunk now.
select pg_notify('saksi_seal', %(camera)s);
