-- Thinning: after a while only keyframes are kept, as chunks of their own. Off unless a policy asks for it.

-- When footage is thinned. Versions are added, never changed; the newest accepted one of a scope counts, resolved as
-- retention policies are: camera > site > agency > default.
create table thinning_policy (
  thinning_id  int generated always as identity primary key,
  scope        text not null check (scope in ('default', 'agency', 'site', 'camera')),
  agency_id    int references agency,
  site_id      int references site,
  camera_id    int references camera,
  mode         text check (mode in ('keyframes', 'one_a_second')), -- null: nothing is thinned there
  after_us     bigint check (after_us > 0),                        -- the age at which it is thinned
  basis        text not null check (basis <> ''),                  -- the law or regulation that it rests on
  reason       text not null default '',
  state        text not null check (state in ('proposed', 'accepted', 'withdrawn')),
  proposed_by  int not null references person,
  proposed_at  timestamptz not null,
  decided_by   int references person,
  decided_at   timestamptz,                                        -- in effect from then on, when accepted
  entry_id     bigint unique references ledger_entry,              -- tells of the acceptance
  check ((scope = 'agency') = (agency_id is not null) and (scope = 'site') = (site_id is not null)
         and (scope = 'camera') = (camera_id is not null)),
  check ((mode is null) = (after_us is null)),
  check ((state = 'proposed') = (decided_at is null) and (decided_at is null) = (decided_by is null)),
  check ((state = 'accepted') = (entry_id is not null)),
  check (state <> 'accepted' or mode is null or decided_by <> proposed_by)
);

create function refuse_thinning_policy_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.state = 'proposed' and new.state <> 'proposed'
     and (new.thinning_id, new.scope, new.basis, new.reason, new.proposed_by, new.proposed_at)
       = (old.thinning_id, old.scope, old.basis, old.reason, old.proposed_by, old.proposed_at)
     and (new.agency_id, new.site_id, new.camera_id, new.mode, new.after_us)
       is not distinct from (old.agency_id, old.site_id, old.camera_id, old.mode, old.after_us) then
    return new;
  end if;
  raise exception 'a policy is replaced by a new version and never changed: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger thinning_policy_never_changes before update or delete on thinning_policy for each row execute function refuse_thinning_policy_change();

-- What is thinned of which cameras at an instant: the age at which, never below the legal minimum of the camera's class,
-- and only where it comes before the end of what is kept.
create function camera_thinning_v1(p_at timestamptz) returns table (
  camera_id int, mode text, after_us bigint, thinning_id int, keep_us bigint
) language sql stable as $$
  with newest as materialized (
    select distinct on (scope, t.agency_id, t.site_id, t.camera_id) t.*
    from thinning_policy t
    where state = 'accepted' and decided_at <= p_at
    order by scope, t.agency_id, t.site_id, t.camera_id, decided_at desc, t.thinning_id desc
  )
  select c.camera_id, w.mode, greatest(w.after_us, p.min_us), w.thinning_id, p.keep_us
  from camera c join camera_policy_v1(p_at) p using (camera_id)
  cross join lateral (
    select n.* from newest n
    where n.scope = 'default' or n.agency_id = c.agency_id or n.site_id = c.site_id or n.camera_id = c.camera_id
    order by array_position(array['camera', 'site', 'agency', 'default'], n.scope) limit 1
  ) w
  where w.mode is not null and greatest(w.after_us, p.min_us) < p.keep_us
$$;

-- Thinned chunks of a camera's day as the log was told of them: a line a chunk, original and thinned, under one root.
create table thinning_batch (
  batch_id   int generated always as identity primary key,
  camera_id  int not null references camera,
  day        timestamptz not null,                                 -- start of the UTC day
  n          int not null check (n > 0),
  root       bytea not null check (length(root) = 32),
  made_at    timestamptz not null,
  entry_id   bigint not null unique references ledger_entry
);

-- A chunk of keyframes alone, beside or, after its purge, in place of the original, of which all that its chain entry says
-- is kept. Read only where the row of the original is gone.
create table thinned_chunk (
  camera_id         int not null,
  run_no            int not null references run,
  start_at          timestamptz not null,                          -- the original's columns, as in chunk
  seq               int not null,
  dur_us            int not null,
  size              int not null,
  frames            int not null,
  lost              int not null,
  init_id           int not null,
  clock_offset_us   int not null,
  clock_error_us    int not null,
  residual_us       int not null,
  camera_offset_us  bigint not null,
  clock_source      int2 not null,
  camera_clock      int2 not null,
  ended             int2 not null,
  sha256            bytea not null check (length(sha256) = 32),
  hour              timestamptz not null,                          -- the seal that the original is under
  part              int2 not null,
  mode              text not null check (mode in ('keyframes', 'one_a_second')),
  thin_init_id      int not null references init_segment,
  thin_size         int not null check (thin_size > 0),
  thin_frames       int not null check (thin_frames > 0),
  thin_sha256       bytea not null check (length(thin_sha256) = 32),
  thin_crc32        bigint not null check (thin_crc32 between 0 and 4294967295),
  thin_fragments    bytea not null,                                -- packed fragment index, saksi/fmp4/spans.py
  made_at           timestamptz not null,
  batch_id          int references thinning_batch,                 -- null: the log was not told of it yet
  primary key (camera_id, start_at, run_no)                        -- footage.shown, thinning.due_days
);
create index thinned_chunk_untold on thinned_chunk (camera_id, start_at) where batch_id is null;-- thinning.untold_days

-- What a purge took of the thinned chunks under a seal, as a tombstone does of originals.
create table thinned_tombstone (
  camera_id   int not null,
  hour        timestamptz not null,
  part        int2 not null,
  purge_id    int not null references purge_run,
  run_no      int not null references run,
  seqs        int4multirange not null,
  spans       tstzmultirange not null,
  n           int not null check (n > 0),
  bytes       bigint not null,
  policy_id   int references retention_policy,
  claimed_at  timestamptz not null,
  gone_at     timestamptz,                                         -- the store was asked and has none of its objects
  pictures    timestamptz[],                                       -- thumbnails that go with it; null when they are gone
  primary key (camera_id, hour, part, purge_id),                   -- footage.purged
  foreign key (camera_id, hour, part) references seal,
  check ((gone_at is null) = (pictures is not null))
);
create index thinned_tombstone_claimed on thinned_tombstone (purge_id, camera_id, hour) where gone_at is null;-- thinning.claimed
create index thinned_tombstone_run on thinned_tombstone (purge_id);-- thinning.gone_lines
create trigger thinned_tombstone_never_changes before update or delete on thinned_tombstone for each row execute function refuse_tombstone_change();
create trigger thinned_tombstone_never_empties before truncate on thinned_tombstone for each statement execute function refuse_change();

-- Where the work stands; one worker at a time, fenced by the number of its claim.
create table thinning_state (
  only_one       boolean primary key default true check (only_one),
  claims         int not null default 0,
  claimed_until  timestamptz not null default '-infinity',
  day            timestamptz not null default 'epoch',             -- how far this round has come
  camera_id      int not null default 0,
  hour           timestamptz not null default 'epoch',
  part           int2 not null default 0,
  seq            int not null default 0,
  working        boolean not null default false                    -- objects without a row may lie behind seq of that hour
);
insert into thinning_state default values;

-- Chunks as readers show them where only a thinned one is left; the columns of chunk_entry and what the thinned one is.
create view thinned_entry as
select t.*, r.run, k.code as camera, i.sha256 as init_sha256, n.sha256 as thin_init_sha256, n.codec, n.codecs, n.width, n.height,
       n.audio, length(n.body) as init_length
from thinned_chunk t
join run r using (run_no)
join camera k on k.camera_id = t.camera_id
join init_segment i on i.init_id = t.init_id
join init_segment n on n.init_id = t.thin_init_id
where not exists (select from chunk c where (c.camera_id, c.start_at, c.run_no) = (t.camera_id, t.start_at, t.run_no));
