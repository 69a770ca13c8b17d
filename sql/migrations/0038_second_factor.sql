-- Second factors (RFC 6238): a sealed secret, the newest time step whose code was taken, and recovery codes that work once.

create table second_factor (
  person_id      int primary key references person,
  secret_sealed  text,
  since_at       timestamptz,
  last_step      bigint not null default 0,
  asked_sealed   text,
  asked_at       timestamptz,
  check ((secret_sealed is null) = (since_at is null)),
  check ((asked_sealed is null) = (asked_at is null))
);

create table recovery_code (
  person_id    int not null references person,
  code_sha256  bytea not null check (length(code_sha256) = 32),
  used_at      timestamptz,
  primary key (person_id, code_sha256)
);

alter table session add column second_factor boolean not null default false;
