-- What each camera's own clock showed last, and when it last jumped: for whoever watches a fleet, without reading chunks.

alter table camera_status
  add column camera_clock text not null default 'none',             -- where its time comes from: saksi/custody/chain.py; none: it tells nothing
  add column camera_offset_us bigint not null default 0,            -- it minus the recorder's, last time
  add column clock_step_at timestamptz,                             -- null: no jump was seen
  add column clock_step_us bigint not null default 0;               -- by how much it jumped then
