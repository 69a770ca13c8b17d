-- The audit trail in the log: each row a salted leaf, rows of some seconds under one root in an entry of chain `audit`.

alter table audit
  add column nonce      uuid not null default gen_random_uuid(),
  add column cameras    text[] not null default '{}',
  add column case_code  text not null default '',
  add column from_at    timestamptz,
  add column to_at      timestamptz;
create index audit_person on audit (person, audit_id);
create index audit_cameras on audit using gin (cameras) where cameras <> '{}';
create index audit_case on audit (case_code, audit_id) where case_code <> '';

create table audit_pending (
  audit_id  bigint primary key references audit
);
insert into audit_pending select audit_id from audit;

create table audit_leaf (
  audit_id  bigint primary key references audit,
  entry_id  bigint not null references ledger_entry,
  idx       int not null check (idx >= 0),
  leaf      bytea not null check (length(leaf) = 32),
  unique (entry_id, idx)
);

create function await_audit_leaf() returns trigger language plpgsql as $$
begin
  insert into audit_pending (audit_id) values (new.audit_id);
  return null;
end $$;
create trigger audit_awaits_leaf after insert on audit for each row execute function await_audit_leaf();
create trigger audit_leaf_never_changes before update or delete on audit_leaf for each row execute function refuse_change();
create trigger audit_leaf_never_empties before truncate on audit_leaf for each statement execute function refuse_change();
