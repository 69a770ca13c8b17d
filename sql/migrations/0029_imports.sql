-- Recordings of other recorders, brought in as files: docs/howto/import-recordings.md.
alter table run add column origin text not null default 'live' check (origin in ('live', 'import'));
alter table run add column file_sha256 bytea check (length(file_sha256) = 32);
alter table run add check ((origin = 'import') = (file_sha256 is not null));
alter table object_hold drop constraint object_hold_kind_check;
alter table object_hold add constraint object_hold_kind_check check (kind in ('chunk', 'thinned', 'thumbnail', 'import'));

-- A file that somebody brought from another recorder: kept as it was, and the run that was made of it. What its entry in
-- the log commits to names people and stands here alone.
create table import_file (
  import_id     int generated always as identity primary key,
  camera_id     int not null references camera,
  run_no        int unique references run,                        -- null: the file alone is kept
  sha256        bytea not null check (length(sha256) = 32),       -- names its object, too
  size          bigint not null check (size > 0),
  container     text not null,                                    -- as FFmpeg calls it
  start_at      timestamptz not null,                             -- first picture, by the clock stated and what is known of it
  end_at        timestamptz not null check (end_at > start_at),   -- of its last picture; before it was read through, as the file says
  clock_offset_us bigint,                                         -- that clock minus true time as stated; null: nobody knows
  state         text not null default 'arriving' check (state in ('arriving', 'done')),
  made_at       timestamptz not null,
  entry_id      bigint not null unique references ledger_entry,
  nonce         bytea not null check (length(nonce) = 32),        -- the entry holds SHA-256(nonce || body)
  body          bytea not null,                                   -- canonical: who brought it, from where, the file's name
  gone_at       timestamptz,                                      -- the file was erased, after the last of its footage
  gone_entry    bigint unique references ledger_entry,
  check ((gone_at is null) = (gone_entry is null))
);
create unique index import_file_sha256 on import_file (sha256) where gone_at is null;-- imports.known
create index import_file_camera on import_file (camera_id, start_at);-- imports.over

create function refuse_import_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.gone_at is null
     and (new.import_id, new.camera_id, new.sha256, new.size, new.container, new.start_at, new.made_at, new.entry_id, new.nonce, new.body)
       = (old.import_id, old.camera_id, old.sha256, old.size, old.container, old.start_at, old.made_at, old.entry_id, old.nonce, old.body)
     and new.run_no is not distinct from old.run_no and new.clock_offset_us is not distinct from old.clock_offset_us
     and (old.state = 'arriving' or (new.state, new.end_at) = (old.state, old.end_at)) then
    return new;
  end if;
  raise exception 'what is known of an import stays as it is: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger import_file_never_changes before update or delete on import_file for each row execute function refuse_import_change();
create trigger import_file_never_empties before truncate on import_file for each statement execute function refuse_change();
