-- Publishing the log goes in steps that are remembered, and full tiles get copies under object lock.

alter table ledger_published
  add column uploaded bigint not null default 0,
  add column locked bigint not null default 0,
  add check (size <= uploaded);
