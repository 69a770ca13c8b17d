-- Links to packages, receipts that came back, and processed copies of exhibits. Columns are explained in ../schema.sql.

create table disclosure (
  disclosure_id    uuid primary key,
  export_id        uuid not null references export_job,
  case_id          int not null references case_file,
  number           int not null check (number > 0),
  token_sha256     bytea not null unique check (length(token_sha256) = 32),
  passphrase_hash  text not null default '',
  recipient        text not null check (recipient <> ''),
  role             text not null default '',
  note             text not null default '',
  made_by          text not null check (made_by <> ''),
  made_at          timestamptz not null,
  expires_at       timestamptz not null,
  delivered_at     timestamptz,
  failed_tries     int not null default 0,
  locked_until     timestamptz not null default '-infinity',
  refused_at       timestamptz not null default '-infinity',
  unique (case_id, number)
) with (fillfactor = 80);
create index disclosure_export on disclosure (export_id);

create table disclosure_end (
  disclosure_id  uuid primary key references disclosure,
  ended_by       text not null check (ended_by <> ''),
  ended_at       timestamptz not null,
  reason         text not null default ''
);

create table export_receipt (
  case_id        int not null references case_file,
  number         int not null check (number > 0),
  export_id      uuid not null references export_job,
  disclosure_id  uuid references disclosure,
  event_id       bigint not null unique references custody_event,
  file_sha256    bytea check (length(file_sha256) = 32),
  at             timestamptz not null,
  primary key (case_id, number)
);
create unique index export_receipt_file on export_receipt (export_id, file_sha256);

create table case_derivative (
  derivative_id  uuid primary key,
  case_id        int not null references case_file,
  number         int not null check (number > 0),
  exhibit        int not null check (exhibit > 0),
  camera_id      int not null references camera,
  from_at        timestamptz not null,
  to_at          timestamptz not null check (to_at > from_at),
  parameters     bytea not null,
  nonce          bytea not null check (length(nonce) = 32),
  reason         text not null check (reason <> ''),
  who            jsonb not null,
  asked_at       timestamptz not null,
  state          text not null default 'queued' check (state in ('queued', 'building', 'ready', 'failed')),
  progress       float4 not null default 0 check (progress between 0 and 1),
  attempts       int not null default 0,
  claimed_until  timestamptz not null default '-infinity',
  last_error     text not null default '',
  size           bigint,
  sha256         bytea check (length(sha256) = 32),
  crc32          bigint,
  statement      bytea,
  ready_at       timestamptz,
  unique (case_id, number),
  check ((state = 'ready') = (sha256 is not null) and (sha256 is null) = (size is null) and (sha256 is null) = (crc32 is null)
         and (sha256 is null) = (statement is null) and (sha256 is null) = (ready_at is null))
);
create index case_derivative_due on case_derivative (claimed_until) where state in ('queued', 'building');

create trigger disclosure_never_changes before update of disclosure_id, export_id, case_id, number, token_sha256, passphrase_hash,
  recipient, role, note, made_by, made_at, expires_at or delete on disclosure for each row execute function refuse_change();
create trigger disclosure_end_never_changes before update or delete on disclosure_end for each row execute function refuse_change();
create trigger export_receipt_never_changes before update or delete on export_receipt for each row execute function refuse_change();
create trigger case_derivative_never_changes before update of derivative_id, case_id, number, exhibit, camera_id, from_at, to_at, parameters,
  nonce, reason, who, asked_at or delete on case_derivative for each row execute function refuse_change();
