-- The audit trail by rare kinds, by what went wrong and by the footage that it is about, at tens of millions of rows.

create index audit_action on audit (action, audit_id);
create index audit_wrong on audit (result, audit_id) where result <> 'ok';
create index audit_footage on audit using gist (tstzrange(from_at, to_at)) where from_at is not null;
