-- How cameras and recorders are doing, for whoever keeps them running.

alter table camera_status
  add column keyframe_s float8 not null default 0,                  -- between the last two keyframes; 0: not seen yet
  add column lost bigint not null default 0,                        -- units known to be missing since the recorder took the camera
  add column reconnects int not null default 0;                     -- connections since then, less the first

-- What a recorder tells of itself with the states of its cameras. Nothing rests on it but people's eyes.
create table recorder_health (
  recorder         text primary key references recorder on delete cascade,
  seen_at          timestamptz not null default now(),
  facts_waiting    int not null,                                    -- not in the catalogue yet
  chunks_waiting   int not null,                                    -- sealed and not known to be in the store
  spool_free_bytes bigint,                                          -- null: the disk does not say
  lag_us           bigint,                                          -- from the end of a chunk to its row, last time; null: none yet
  clock_source     text not null check (clock_source in ('ntp', 'free')),
  clock_offset_us  bigint not null,
  clock_error_us   bigint not null                                  -- the kernel's bound; -1: it gives none
) with (fillfactor = 50);
