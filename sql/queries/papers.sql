-- What papers are filled with.

-- newest_key --
-- The key of a role that is in use: of those that did not end, the last that became known.
select k.key_id, k.public from signing_key k
where k.role = %(role)s and not exists (select from signing_key_end x where x.key_id = k.key_id)
order by k.enrolled_at desc, k.key_id limit 1;

-- checkpoint_until --
-- The newest checkpoint that may be shown and was made before an instant.
select size, root, note, made_at from ledger_checkpoint
where made_at < %(at)s and size <= (select size from ledger_published)
order by size desc limit 1;

-- entries_between --
-- Entries of a day that lie under a checkpoint.
select count(*) as entries from ledger_entry e join ledger_leaf l using (entry_id)
where e.at >= %(from)s and e.at < %(to)s and l.idx < %(size)s;

-- seals_over --
-- Entries of the seals of a camera's hours that touch a span, with their places in the log.
select l.idx, e.leaf, e.at from seal s join seal_entry x using (camera_id, hour, part) join ledger_entry e using (entry_id)
join ledger_leaf l using (entry_id)
where s.camera_id = %(camera_id)s and s.hour > %(from)s::timestamptz - interval '1 hour' and s.hour < %(to)s
order by l.idx limit 48;

-- packages_over --
-- Sealed packages that hold originals of a camera's span.
select distinct j.package from export_file f join export_job j using (export_id)
where f.camera_id = %(camera_id)s and f.class = 'master' and f.start_at < %(to)s and f.end_at > %(from)s
order by j.package limit 20;
