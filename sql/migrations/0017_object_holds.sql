-- The store's own legal hold on objects under hold, where the footage's bucket was made with object lock.

-- What the footage's bucket was found to offer; one row.
create table store_lock (
  only_one  boolean primary key default true check (only_one),
  bucket    text not null,
  offered   boolean not null,                                     -- it was made with object lock
  asked_at  timestamptz not null,
  sung_at   timestamptz,                                          -- last canary of the legal hold, also in the log
  passed    boolean,
  failed    text[] not null default '{}',                         -- codes of what did not hold
  check ((sung_at is null) = (passed is null))
);

-- How far the objects under a hold's span were gone through. Again and again, for what is stored later.
create table object_hold_span (
  hold_id    int not null,
  camera_id  int not null,
  from_at    timestamptz not null,
  to_at      timestamptz not null,
  reached    timestamptz not null,                                -- where this pass goes on
  whole      boolean not null,                                    -- it began at the start of the span
  whole_at   timestamptz,                                         -- when the last such pass ended
  look_at    timestamptz not null,                                -- when it goes on
  primary key (hold_id, camera_id, from_at, to_at),
  foreign key (hold_id, camera_id, from_at, to_at) references legal_hold_span
);
create index object_hold_span_look on object_hold_span (look_at);-- locks.due_spans, locks.released_spans

-- An object that carries the store's legal hold, or is to. Goes when no hold covers it and it was lifted.
create table object_hold (
  camera_id   int not null references camera,
  at          timestamptz not null,                               -- start of the chunk, or the instant of the thumbnail
  run_no      int not null,                                       -- 0: a thumbnail
  seq         int not null,
  start_at    timestamptz not null,                               -- of the chunk, as holds cover it
  end_at      timestamptz not null,
  put_at      timestamptz,                                        -- null: owed
  tries       int not null default 0,                             -- that failed
  try_at      timestamptz not null default '-infinity',
  last_error  text not null default '',
  primary key (camera_id, at, run_no)
);
create index object_hold_camera on object_hold (camera_id, end_at);                              -- locks.to_lift, locks.of_hold
create index object_hold_owed on object_hold (try_at, camera_id, at) where put_at is null;       -- locks.to_put
