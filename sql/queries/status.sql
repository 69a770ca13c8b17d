-- How each camera is doing right now.

-- report --
-- All cameras of a recorder at once: `told` is an array of objects with the columns' names. A jump of the camera's clock
-- stays on record when another recorder takes it.
insert into camera_status (camera_id, state, reason, detail, since, codec, width, height, fps, mbps, last_frame_at, recorder, seen_at,
                           keyframe_s, lost, reconnects, camera_clock, camera_offset_us, clock_step_at, clock_step_us)
select camera_id, state, reason, detail, since, codec, width, height, fps, mbps, last_frame_at, %(recorder)s, now(),
       keyframe_s, lost, reconnects, camera_clock, camera_offset_us, clock_step_at, clock_step_us
from jsonb_populate_recordset(null::camera_status, %(told)s)
order by camera_id  -- two recorders that move a camera lock in one order
on conflict (camera_id) do update set
  state = excluded.state, reason = excluded.reason, detail = excluded.detail, since = excluded.since, codec = excluded.codec,
  width = excluded.width, height = excluded.height, fps = excluded.fps, mbps = excluded.mbps,
  last_frame_at = excluded.last_frame_at, recorder = excluded.recorder, seen_at = now(),
  keyframe_s = excluded.keyframe_s, lost = excluded.lost, reconnects = excluded.reconnects,
  camera_clock = excluded.camera_clock, camera_offset_us = excluded.camera_offset_us,
  clock_step_at = coalesce(excluded.clock_step_at, camera_status.clock_step_at),
  clock_step_us = case when excluded.clock_step_at is null then camera_status.clock_step_us else excluded.clock_step_us end;

-- ask_seal --
-- Asks whoever records the camera to cut its open chunk now.
select pg_notify('saksi_seal', %(camera)s);
