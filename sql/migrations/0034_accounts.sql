-- Accounts: attempts counted by account, address and device instead of locking the account; sessions that can be told apart.

alter table person
  drop column failed_logins,
  drop column locked_until,
  add column must_change boolean not null default false;

create unlogged table log_in_counter (
  key           text primary key,
  attempts      int not null,
  last_at       timestamptz not null,
  locked_until  timestamptz not null
);

create table known_device (
  device_sha256  bytea not null check (length(device_sha256) = 32),
  person_id      int not null references person,
  seen_at        timestamptz not null default now(),
  primary key (device_sha256, person_id)
);
create index known_device_person on known_device (person_id);

alter table session
  add column session_id  bigint generated always as identity unique,
  add column scopes      text[],
  add column address     text not null default '',
  add column user_agent  text not null default '',
  add column seen_at     timestamptz not null default now();
create index session_person on session (person_id, session_id);
