-- Who changed retention policies, and the dry runs that were shown before.

-- Each step of a policy's version with its entry in the log: what names people, committed to there and kept here.
create table policy_event (
  entry_id   bigint primary key references ledger_entry,
  policy_id  int not null references retention_policy,
  event      text not null check (event in ('start', 'propose', 'accept', 'withdraw')),
  nonce      bytea not null check (length(nonce) = 32),           -- the entry holds SHA-256(nonce || body)
  body       bytea not null                                       -- canonical; names people, so it never enters the log itself
);
create index policy_event_policy on policy_event (policy_id);
create trigger policy_event_never_changes before update or delete on policy_event for each row execute function refuse_change();

-- Dry runs of changes. One that shortens must have been shown to whoever proposes it, within the hour before.
create table policy_preview (
  sha256   bytea primary key check (length(sha256) = 32),         -- over the canonical bytes of what it told
  made_by  int not null references person,
  made_at  timestamptz not null,
  told     jsonb not null
);
create index policy_preview_age on policy_preview (made_at);      -- policies.forget_previews
