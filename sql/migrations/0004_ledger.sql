-- The log: entries in chains, their positions, tiles, checkpoints, what others signed over them, and the keys.

create table signing_key (
  key_id       text primary key check (key_id ~ '^[0-9a-f]{16}$'),
  role         text not null check (role in ('recorder', 'log', 'export', 'office')),
  name         text not null default '',
  public       bytea not null unique check (length(public) = 32),
  enrolled_at  timestamptz not null
);

create table signing_key_end (
  key_id      text primary key references signing_key,
  revoked_at  timestamptz not null,
  reason      text not null check (reason <> '')
);

create table ledger_chain (
  chain  text primary key check (chain <> ''),
  seq    bigint not null default 0,
  leaf   bytea not null default '\x0000000000000000000000000000000000000000000000000000000000000000' check (length(leaf) = 32)
);

create table ledger_entry (
  entry_id   bigint generated always as identity primary key,
  chain      text not null references ledger_chain,
  seq        bigint not null check (seq > 0),
  kind       text not null check (kind <> ''),
  at         timestamptz not null,
  leaf       bytea not null unique check (length(leaf) = 32),
  bytes      bytea not null check (length(bytes) <= 65535),
  signature  bytea not null check (length(signature) = 64),
  key_id     text not null references signing_key,
  unique (chain, seq)
);

create table ledger_pending (
  entry_id  bigint primary key references ledger_entry
);

create table ledger_leaf (
  idx       bigint primary key check (idx >= 0),
  entry_id  bigint not null unique references ledger_entry
);

create table ledger_tile (
  level   int2 not null check (level between 0 and 63),
  tile    bigint not null check (tile >= 0),
  hashes  bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
  primary key (level, tile)
);

create table ledger_checkpoint (
  size     bigint primary key check (size >= 0),
  root     bytea not null check (length(root) = 32),
  note     text not null,
  made_at  timestamptz not null default now()
);

create table ledger_cosignature (
  size  bigint not null references ledger_checkpoint,
  name  text not null check (name <> ''),
  line  text not null,
  at    timestamptz not null,
  primary key (size, name)
);

create table ledger_stamp (
  size  bigint primary key references ledger_checkpoint,
  tsr   bytea not null,
  at    timestamptz not null
);

create table ledger_published (
  only_one  boolean primary key default true check (only_one),
  size      bigint not null default 0
);
insert into ledger_published default values;

create function refuse_tile_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.level = old.level and new.tile = old.tile and length(old.hashes) < 8192
     and substring(new.hashes from 1 for length(old.hashes)) = old.hashes then
    return new;
  end if;
  raise exception 'a tile only grows: % refused', tg_op using errcode = 'restrict_violation';
end $$;

create trigger ledger_tile_only_grows before update or delete on ledger_tile for each row execute function refuse_tile_change();
create trigger signing_key_never_changes before update or delete on signing_key for each row execute function refuse_change();
create trigger signing_key_end_never_changes before update or delete on signing_key_end for each row execute function refuse_change();
create trigger ledger_entry_never_changes before update or delete on ledger_entry for each row execute function refuse_change();
create trigger ledger_leaf_never_changes before update or delete on ledger_leaf for each row execute function refuse_change();
create trigger ledger_checkpoint_never_changes before update or delete on ledger_checkpoint for each row execute function refuse_change();
create trigger ledger_cosignature_never_changes before update or delete on ledger_cosignature for each row execute function refuse_change();
create trigger ledger_stamp_never_changes before update or delete on ledger_stamp for each row execute function refuse_change();
