-- Deletions by hand: what one would take, whose approval it has, how it is taken back.

-- cameras --
-- Those named, and by when footage must have ended to be above the legal minimum of its class.
select c.camera_id, c.code, a.code as agency, %(due)s::timestamptz - p.min_us * interval '1 microsecond' as old_by
from camera c join agency a using (agency_id) join camera_policy_v1(%(due)s) p using (camera_id)
where c.code = any(%(codes)s::text[]) order by c.code collate "C";

-- thinned --
-- What thinning left there, as thinning.take takes it: what no hold covers, and of how many hours that is below the legal minimum.
with there as (
  select t.camera_id, t.hour, t.part, t.thin_size, t.start_at + t.dur_us * interval '1 microsecond' as end_at,
         held_v1(t.camera_id, t.start_at, t.start_at + t.dur_us * interval '1 microsecond') as held
  from thinned_chunk t
  where t.camera_id = any(%(cameras)s::int[]) and t.start_at >= %(from)s and t.start_at < %(to)s
    and t.start_at + t.dur_us * interval '1 microsecond' <= %(to)s
)
select t.camera_id, count(*) filter (where not held) as chunks, coalesce(sum(thin_size) filter (where not held), 0)::bigint as bytes,
       bool_or(held) as held,
       count(distinct (hour, part)) filter (where not held and end_at > %(due)s::timestamptz - p.min_us * interval '1 microsecond') as young_hours
from there t join camera_policy_v1(%(due)s) p using (camera_id) group by t.camera_id;

-- unsealed --
-- Cameras of which some of the span is under no seal yet, and whether all of that is held: it cannot go before it is sealed.
select c.code, bool_or(r.last_end > %(due)s::timestamptz - p.min_us * interval '1 microsecond') as young, bool_and(coalesce(h.held, false)) as held
from run r join camera c using (camera_id) join camera_policy_v1(%(due)s) p using (camera_id)
left join lateral (
  select range_agg(tstzrange(s.from_at, s.to_at)) @> tstzrange(greatest(r.sealed_end, %(from)s), least(r.last_end, %(to)s)) as held
  from legal_hold_span s join legal_hold l using (hold_id) where s.camera_id = r.camera_id and l.released_at is null
) h on true
where c.camera_id = any(%(cameras)s::int[]) and r.last_seq > r.sealed_seq and r.last_end > %(from)s and r.sealed_end < %(to)s
group by c.code order by c.code;

-- holds --
-- Holds in force that cover any of it.
select distinct s.hold_id from legal_hold_span s join legal_hold h using (hold_id)
where s.camera_id = any(%(cameras)s::int[]) and s.to_at > %(from)s and s.from_at < %(to)s and h.released_at is null
order by s.hold_id limit 100;

-- lock --
-- Whoever approves, takes back or carries out does so one after the other.
select state, approved_by from purge_run where purge_id = %(purge_id)s and kind = 'manual' for update;

-- approve --
update purge_run set approved_by = %(person_id)s, noticed_at = %(now)s, due_at = %(due)s, expected = %(expected)s, wanted = wanted || %(wanted)s
where purge_id = %(purge_id)s and state = 'noticed' and approved_by is null;

-- cancel --
update purge_run set state = 'cancelled', result = result || %(result)s where purge_id = %(purge_id)s and state = 'noticed';

-- gone --
-- What a purge took so far.
select count(*) as hours, coalesce(sum(n), 0) as chunks, coalesce(sum(bytes), 0) as bytes from tombstone where purge_id = %(purge_id)s;

-- cases --
-- Cases with an exhibit of any of it.
select f.case_id, f.number, array_agg(distinct x.number order by x.number) as exhibits, array_agg(distinct k.code order by k.code) as cameras
from case_exhibit x join case_exhibit_camera c using (exhibit_id) join camera k using (camera_id) join case_file f using (case_id)
where k.code = any(%(codes)s::text[]) and x.from_at < %(to)s and x.to_at > %(from)s
group by f.case_id, f.number order by f.number;

-- gone_of_case --
-- What a purge took of a case's exhibits, in camera-hours.
select count(*) as hours from tombstone t
where t.purge_id = %(purge_id)s and exists (
  select from case_exhibit x join case_exhibit_camera c using (exhibit_id)
  where x.case_id = %(case_id)s and c.camera_id = t.camera_id and t.spans && tstzrange(x.from_at, x.to_at));

-- young --
-- Camera-hours that a purge took below the legal minimum of their class, as it stood when they were claimed.
select count(*) as hours from purge_run r join tombstone t using (purge_id) join camera_policy_v1(r.due_at) p using (camera_id)
where r.purge_id = %(purge_id)s and upper(t.spans) > r.due_at - p.min_us * interval '1 microsecond';
