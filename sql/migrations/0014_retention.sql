-- Retention: policies and legal limits, purge runs, tombstones, and which camera-hours still have footage.

-- How long footage is kept, and between which limits. Versions are added, never changed; the newest accepted one of a
-- scope that is in effect counts. Resolved camera > site > agency > default, within the limits of the agency's class.
create table retention_policy (
  policy_id      int generated always as identity primary key,
  scope          text not null check (scope in ('default', 'agency', 'site', 'camera', 'class')),
  agency_id      int references agency,
  site_id        int references site,
  camera_id      int references camera,
  category       text check (category in ('transport', 'police', 'city', 'bank', 'mall', 'hospital', 'hotel', 'entertainment', 'other')),
  keep_us        bigint check (keep_us > 0),                      -- null: none of its own, what stands above it counts
  min_us         bigint check (min_us >= 0),                      -- of a class: never less, whatever policy or pressure
  max_us         bigint check (max_us > 0 and max_us >= min_us),  -- of a class: never more
  basis          text not null check (basis <> ''),               -- the law or regulation that it rests on
  reason         text not null default '',                        -- why it was changed
  effective_at   timestamptz not null,
  state          text not null check (state in ('proposed', 'accepted', 'withdrawn')),
  preview        jsonb not null default '{}',                     -- what the dry run said when it was proposed
  preview_sha256 bytea check (length(preview_sha256) = 32),
  proposed_by    int references person,                           -- null: a starting value of the archive itself
  proposed_at    timestamptz not null,
  decided_by     int references person,                           -- who accepted (another person, when it shortens) or withdrew
  decided_at     timestamptz,
  shortens       boolean not null,
  entry_id       bigint unique references ledger_entry,           -- null: not told in the log yet
  check ((scope = 'agency') = (agency_id is not null) and (scope = 'site') = (site_id is not null)
         and (scope = 'camera') = (camera_id is not null) and (scope = 'class') = (category is not null)),
  check ((scope = 'class') = (min_us is not null) and (min_us is null) = (max_us is null)),
  check (scope <> 'class' or keep_us is null),
  check (scope <> 'default' or keep_us is not null),
  check ((state = 'proposed') = (decided_at is null)),
  check (state <> 'accepted' or not shortens or decided_by is distinct from proposed_by)
);
create index retention_policy_state on retention_policy (state, effective_at);-- policies.in_force

insert into retention_policy (scope, category, keep_us, min_us, max_us, basis, effective_at, state, proposed_at, decided_at, shortens)
select 'class', category, null, 7 * 86400000000, 365 * 86400000000, 'Starting value of Saksi; replace it by the article that applies',
       '-infinity'::timestamptz, 'accepted', now(), now(), false
from unnest(array['transport', 'police', 'city', 'bank', 'mall', 'hospital', 'hotel', 'entertainment', 'other']) as category
union all
select 'default', null, 30 * 86400000000, null, null, 'Starting value of Saksi; replace it by the article that applies',
       '-infinity'::timestamptz, 'accepted', now(), now(), false;

-- A purge: announced in the log, carried out when it is due, told in the log again with a certificate.
create table purge_run (
  purge_id       int generated always as identity primary key,
  kind           text not null check (kind in ('policy', 'pressure', 'manual', 'thinned')),
  state          text not null default 'noticed' check (state in ('noticed', 'running', 'done', 'cancelled')),
  reason         text not null default '',
  asked_by       int references person,                           -- null: the schedule
  approved_by    int references person,                           -- the second officer of what no policy asks for
  wanted         jsonb not null default '{}',                     -- manual: cameras and span; pressure: bytes to free
  noticed_at     timestamptz not null,
  due_at         timestamptz not null check (due_at >= noticed_at),-- when it is carried out, and the time that ages are counted to
  started_at     timestamptz,
  finished_at    timestamptz,
  expected       jsonb not null default '{}',                     -- cameras, hours, bytes as the notice told
  result         jsonb not null default '{}',                     -- what the certificate sums up
  attempts       int not null default 0,                          -- claims so far; fences a worker that lost its own
  claimed_until  timestamptz not null default '-infinity',
  last_error     text not null default '',
  notice_entry   bigint unique references ledger_entry,
  done_entry     bigint unique references ledger_entry,
  certificate    bytea,                                           -- certificate.json as signed; its digest is in done_entry
  check ((state = 'done') = (done_entry is not null) and (done_entry is null) = (finished_at is null)
         and (done_entry is null) = (certificate is null)),
  check (kind <> 'manual' or state in ('noticed', 'cancelled') or (approved_by is not null and approved_by <> asked_by))
);
create index purge_run_open on purge_run (due_at) where state in ('noticed', 'running');-- purge.due

-- What a purge took of a seal. The seal stays, and this beside it, for ever; the rows of the chunks are gone.
create table tombstone (
  camera_id   int not null,
  hour        timestamptz not null,
  part        int2 not null,
  purge_id    int not null references purge_run,
  run_no      int not null references run,
  seqs        int4multirange not null,                            -- numbers in the run of the chunks that went
  spans       tstzmultirange not null,                            -- their times
  n           int not null check (n > 0),
  bytes       bigint not null,
  policy_id   int references retention_policy,                    -- null: no policy asked for it
  claimed_at  timestamptz not null,                               -- from then on the footage is nobody's to read or to hold
  gone_at     timestamptz,                                        -- the store was asked and has none of its objects
  pictures    timestamptz[],                                      -- thumbnails that go with it; null when they are gone
  primary key (camera_id, hour, part, purge_id),
  foreign key (camera_id, hour, part) references seal,
  check ((gone_at is null) = (pictures is not null))
);
create index tombstone_claimed on tombstone (purge_id, camera_id, hour) where gone_at is null;-- purge.claimed
create index tombstone_run on tombstone (purge_id, camera_id, hour, part);                    -- purge.tombstones

-- Camera-hours of which there still is footage: a seal enters by trigger, a purge takes it out.
create table kept_hour (
  camera_id   int not null,
  hour        timestamptz not null,
  part        int2 not null,
  n           int not null check (n > 0),                         -- chunks left
  bytes       bigint not null,                                    -- of them
  start_at    timestamptz not null,                               -- of the whole seal
  end_at      timestamptz not null,
  checked_at  timestamptz not null default '-infinity',           -- when scrub last read its objects
  primary key (camera_id, hour, part)
) with (fillfactor = 80);

insert into kept_hour (camera_id, hour, part, n, bytes, start_at, end_at)
select camera_id, hour, part, n, bytes, lower(spans), upper(spans) from seal;

create function keep_hour() returns trigger language plpgsql as $$
begin
  insert into kept_hour (camera_id, hour, part, n, bytes, start_at, end_at)
    values (new.camera_id, new.hour, new.part, new.n, new.bytes, lower(new.spans), upper(new.spans));
  return null;
end $$;
create trigger seal_is_kept after insert on seal for each row execute function keep_hour();

-- The policy of every camera at an instant: how long it keeps, between which limits, and the policies that say so.
create function camera_policy_v1(p_at timestamptz) returns table (
  camera_id int, keep_us bigint, min_us bigint, max_us bigint, policy_id int, limit_id int
) language sql stable as $$
  with newest as materialized (
    select distinct on (scope, p.agency_id, p.site_id, p.camera_id, category) p.*
    from retention_policy p
    where state = 'accepted' and effective_at <= p_at
    order by scope, p.agency_id, p.site_id, p.camera_id, category, effective_at desc, p.policy_id desc
  )
  select c.camera_id, greatest(l.min_us, least(l.max_us, w.keep_us)), l.min_us, l.max_us, w.policy_id, l.policy_id
  from camera c join agency a using (agency_id)
  join newest l on l.scope = 'class' and l.category = a.category
  cross join lateral (
    select n.policy_id, n.keep_us from newest n
    where n.keep_us is not null
      and (n.scope = 'default' or n.agency_id = c.agency_id or n.site_id = c.site_id or n.camera_id = c.camera_id)
    order by array_position(array['camera', 'site', 'agency', 'default'], n.scope) limit 1
  ) w
$$;

create function refuse_policy_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (old.state = 'proposed' or old.entry_id is null)
     and (new.policy_id, new.scope, new.basis, new.reason, new.effective_at, new.preview, new.proposed_at, new.shortens)
       = (old.policy_id, old.scope, old.basis, old.reason, old.effective_at, old.preview, old.proposed_at, old.shortens)
     and (new.agency_id, new.site_id, new.camera_id, new.category, new.keep_us, new.min_us, new.max_us, new.preview_sha256, new.proposed_by)
       is not distinct from
         (old.agency_id, old.site_id, old.camera_id, old.category, old.keep_us, old.min_us, old.max_us, old.preview_sha256, old.proposed_by)
     and (old.state = 'proposed' or (new.state = old.state and new.decided_by is not distinct from old.decided_by)) then
    return new;
  end if;
  raise exception 'a policy is replaced by a new version and never changed: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger retention_policy_never_changes before update or delete on retention_policy for each row execute function refuse_policy_change();

create function refuse_tombstone_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.gone_at is null and new.gone_at is not null and new.pictures is null
     and (new.camera_id, new.hour, new.part, new.purge_id, new.run_no, new.seqs, new.spans, new.n, new.bytes, new.claimed_at)
       = (old.camera_id, old.hour, old.part, old.purge_id, old.run_no, old.seqs, old.spans, old.n, old.bytes, old.claimed_at)
     and new.policy_id is not distinct from old.policy_id then
    return new;
  end if;
  raise exception 'a tombstone stays as it is: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger tombstone_never_changes before update or delete on tombstone for each row execute function refuse_tombstone_change();
create trigger tombstone_never_empties before truncate on tombstone for each statement execute function refuse_change();

-- Drops the table of a UTC day that was detached, or attaches it again when a chunk came late. Answers whether it is gone.
create function drop_chunk_day(p_day date) returns boolean language plpgsql as $$
declare
  v_name text := format('chunk_%s', to_char(p_day, 'YYYYMMDD'));
  v_pending boolean;
  v_left boolean;
begin
  perform pg_advisory_xact_lock(hashtext('saksi add_chunk_day'));
  if to_regclass(v_name) is null then
    return true;
  end if;
  select i.inhdetachpending into v_pending from pg_inherits i where i.inhrelid = to_regclass(v_name);
  if v_pending then
    execute format('alter table chunk detach partition %I finalize', v_name);
  elsif found then
    return false;                                                 -- a partition like any other: nobody detached it
  end if;
  execute format('lock table %I in access exclusive mode', v_name);
  execute format('select exists (select from %I)', v_name) into v_left;
  if v_left then
    execute format('alter table chunk attach partition %I for values from (%L) to (%L)', v_name,
                   p_day::timestamp at time zone 'UTC', (p_day + 1)::timestamp at time zone 'UTC');
    return false;
  end if;
  execute format('drop table %I', v_name);
  return true;
end $$;

