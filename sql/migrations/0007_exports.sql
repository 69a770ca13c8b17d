-- Evidence packages: what was asked for, how far it is, and the files of those that were sealed.

create table export_job (
  export_id      uuid primary key,
  case_id        int not null references case_file,
  number         int not null check (number > 0),
  exhibits       int[] not null check (cardinality(exhibits) > 0),
  person         text not null check (person <> ''),
  recipient      text not null check (recipient <> ''),
  reason         text not null check (reason <> ''),
  letter         text not null default '',
  requested_at   timestamptz not null default now(),
  state          text not null default 'queued' check (state in ('queued', 'building', 'sealed', 'failed')),
  stage          text not null default '',
  done_bytes     bigint not null default 0,
  total_bytes    bigint not null default 0,
  attempts       int not null default 0,
  claimed_until  timestamptz not null default '-infinity',
  last_error     text not null default '',
  package        text not null,
  upload_id      text not null default '',
  size           bigint,
  sha256         bytea check (length(sha256) = 32),
  sealed_at      timestamptz,
  unique (case_id, number),
  check ((state = 'sealed') = (sha256 is not null) and (sha256 is null) = (size is null) and (sha256 is null) = (sealed_at is null))
) with (fillfactor = 70);
create index export_due on export_job (claimed_until) where state in ('queued', 'building');

create table export_file (
  export_id   uuid not null references export_job,
  path        text not null,
  class       text not null check (class in ('master', 'court', 'processed')),
  size        bigint not null,
  sha256      bytea not null check (length(sha256) = 32),
  nal_sha256  bytea check (length(nal_sha256) = 32),
  camera_id   int not null references camera,
  start_at    timestamptz not null,
  end_at      timestamptz not null,
  primary key (export_id, path)
);
create index export_file_sha256 on export_file (sha256);
create index export_file_nals on export_file (nal_sha256);

create trigger export_file_never_changes before update or delete on export_file for each row execute function refuse_change();

create table export_signature (
  export_id  uuid not null references export_job,
  digest     bytea not null check (length(digest) = 32),
  signature  bytea not null,
  primary key (export_id, digest)
);
