-- A pulse quotes a checkpoint with the cosignatures that had arrived: their order must be found again.
alter table ledger_cosignature add column arrived bigint generated always as identity;
