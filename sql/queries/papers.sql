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

-- purge --
-- A purge as a paper tells of it: its entries with their places in the log, and what the last of them says.
select p.purge_id, p.kind, p.finished_at, n.leaf as notice_leaf, n.at as notice_at, ni.idx as notice_idx,
       d.leaf as done_leaf, d.at as done_at, di.idx as done_idx, coalesce(d.bytes, n.bytes) as told
from purge_run p
left join ledger_entry n on n.entry_id = p.notice_entry left join ledger_leaf ni on ni.entry_id = n.entry_id
left join ledger_entry d on d.entry_id = p.done_entry left join ledger_leaf di on di.entry_id = d.entry_id
where p.purge_id = %(purge_id)s;

-- held_when_purged --
-- Whether a hold was in force, when a purge took footage of a span, over any of what it took there.
select exists (
  select from tombstone t
  join legal_hold_span s on s.camera_id = t.camera_id and s.added_at <= t.claimed_at
  join legal_hold h on h.hold_id = s.hold_id and (h.released_at is null or h.released_at > t.claimed_at)
  where t.camera_id = %(camera_id)s and t.purge_id = %(purge_id)s
    and t.hour > %(from)s::timestamptz - interval '80 minutes' and t.hour < %(to)s
    and t.spans && tstzrange(greatest(s.from_at, %(from)s), least(s.to_at, %(to)s)) and s.from_at < %(to)s and s.to_at > %(from)s
) as held;

-- packages_over --
-- Sealed packages that hold originals of a camera's span.
select distinct j.package from export_file f join export_job j using (export_id)
where f.camera_id = %(camera_id)s and f.class = 'master' and f.start_at < %(to)s and f.end_at > %(from)s
order by j.package limit 20;

-- left_run --
-- The run whose end nobody told, and whose footage on record ends where this gap begins or within it: its recorder was
-- killed or is cut off, and may have more on its disk.
select r.recorder, greatest(known.until, %(from)s) as since
from run r cross join lateral (select coalesce(r.last_end, r.opened_at) as until) known
where r.camera_id = %(camera_id)s and r.origin = 'live' and r.closed_at is null
  and r.opened_at < %(to)s and known.until < %(to)s
  and not exists (
    select from lease l join recorder h on h.name = l.recorder
    where l.camera_id = r.camera_id and l.recorder = r.recorder and l.epoch = r.epoch and h.alive_until > now()
  )
  and not exists (
    select from (select camera_id, start_at from coverage_run union all select camera_id, stretch_start from run) v
    where v.camera_id = r.camera_id and v.start_at >= known.until and v.start_at < %(from)s
  )
order by r.epoch desc limit 1;
