-- Footage that a full disk took before it was in the store is no longer "on its way": it has a table of its own, so that
-- the search can show the gap while the chunk's entry stays in its chain.

create table chunk_dropped (
  run_no      int not null references run,
  seq         int not null,
  camera_id   int not null,
  start_at    timestamptz not null,
  end_at      timestamptz not null,
  dropped_at  timestamptz not null default now(),
  primary key (run_no, seq)
);
create index chunk_dropped_camera on chunk_dropped (camera_id, start_at);

create or replace view chunk_entry as
select c.*, r.run, k.code as camera, p.run_no is not null as pending,
       i.sha256 as init_sha256, i.codec, i.codecs, i.width, i.height, i.audio, length(i.body) as init_length,
       d.run_no is not null as dropped
from chunk c
join run r using (run_no)
join camera k on k.camera_id = c.camera_id
join init_segment i using (init_id)
left join chunk_pending p on p.run_no = c.run_no and p.seq = c.seq
left join chunk_dropped d on d.run_no = c.run_no and d.seq = c.seq;

create trigger chunk_dropped_never_changes before update or delete on chunk_dropped for each row execute function refuse_change();
