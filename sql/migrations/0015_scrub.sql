-- Scrub: what is wrong in the store, what became of it, what recorders are asked to send again, where the work stands.

alter table kept_hour add column checked_seq int not null default 0; -- last chunk of a reading that is not through yet
create index kept_hour_checked on kept_hour (greatest(checked_at, end_at));-- scrub.next_hour, scrub.oldest

-- An object that is not as it should be. Told once, in the log too; what became of it is written beside it later.
create table scrub_finding (
  finding_id      bigint generated always as identity primary key,
  kind            text not null check (kind in ('missing', 'size', 'corrupt', 'crc32', 'unreadable', 'foreign', 'leftover')),
  object_key      text not null check (object_key <> ''),
  camera_id       int references camera,                          -- null: of no camera of ours
  run_no          int references run,
  seq             int,
  start_at        timestamptz,                                    -- of the chunk; of a purged one, of what was purged with it
  end_at          timestamptz check (end_at > start_at),
  expected        text not null,                                  -- size, or hash in hex
  found           text not null,
  touches         jsonb not null,                                 -- holds, cases, exhibits on the span when it was found
  found_at        timestamptz not null,
  entry_id        bigint not null unique references ledger_entry,
  resolution      text check (resolution in ('repaired', 'returned', 'gone', 'changed', 'quarantined', 'accepted')),
  resolved_at     timestamptz,
  resolved_by     int references person,                          -- who accepted it; null: the archive itself
  note            text not null default '',                       -- what they said
  resolved_entry  bigint unique references ledger_entry,
  check ((camera_id is null) = (start_at is null) and (camera_id is null) = (end_at is null)),
  check ((resolution is null) = (resolved_at is null) and (resolution is null) = (resolved_entry is null)),
  check ((resolution is not distinct from 'accepted') = (resolved_by is not null))
);
create unique index scrub_finding_open on scrub_finding (object_key) where resolution is null;         -- scrub.open_of
create index scrub_finding_stands on scrub_finding (camera_id, end_at) where resolution is null or resolution = 'accepted';-- scrub.open_for
create index scrub_finding_accepted on scrub_finding (object_key) where resolution = 'accepted';       -- scrub.accepted_of

-- A chunk that whoever has it on its spool is to send again.
create table spool_request (
  finding_id   bigint primary key references scrub_finding,
  asked_at     timestamptz not null,
  until_at     timestamptz not null,                              -- told as not to be had when nobody has sent it by then
  state        text not null default 'asked' check (state in ('asked', 'sent', 'nobody', 'differs', 'failed', 'done')),
  recorder     text not null default '',                          -- who answered
  detail       text not null default ''
);
create index spool_request_open on spool_request (state, asked_at) where state <> 'done';-- scrub.wanted, scrub.sent, scrub.overdue

-- Where the work stands; one worker at a time, fenced by the number of its claim.
create table scrub_state (
  only_one       boolean primary key default true check (only_one),
  claims         int not null default 0,
  claimed_until  timestamptz not null default '-infinity',
  next_at        timestamptz not null default '-infinity',        -- reading goes on from then: that is the rate
  bytes_read     bigint not null default 0,                       -- since the beginning
  chunks_read    bigint not null default 0,
  listed_at      timestamptz not null default '-infinity',        -- when the last listing of all cameras began
  list_after     text,                                            -- the camera listed last; null: none is under way
  rechecked_at   timestamptz not null default '-infinity',        -- when open findings were last looked at again
  looked         bigint not null default 0,                       -- chunks since listed_at
  lost           bigint not null default 0,                       -- newly missing or unreadable ones of them
  lifted         boolean not null default false,                  -- a person said that so much is really lost
  stopped_at     timestamptz,                                     -- so much was missing that the store itself is in doubt
  stopped_keys   text[] not null default '{}'                     -- some of what was missing then: when all are back, it goes on
);
insert into scrub_state default values;

create function refuse_finding_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (old.resolution is null or (old.resolution = 'accepted' and new.resolution <> 'accepted'))
     and new.resolution is not null
     and (new.finding_id, new.kind, new.object_key, new.expected, new.found, new.touches, new.found_at, new.entry_id)
       = (old.finding_id, old.kind, old.object_key, old.expected, old.found, old.touches, old.found_at, old.entry_id)
     and (new.camera_id, new.run_no, new.seq, new.start_at, new.end_at)
       is not distinct from (old.camera_id, old.run_no, old.seq, old.start_at, old.end_at) then
    return new;
  end if;
  raise exception 'a finding stays as it was found: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger scrub_finding_never_changes before update or delete on scrub_finding for each row execute function refuse_finding_change();
create trigger scrub_finding_never_empties before truncate on scrub_finding for each statement execute function refuse_change();
