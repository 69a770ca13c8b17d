-- Deletions by hand: what one would take, whose approval it has, how it is taken back.

-- preview --
-- What of the cameras' span would go and what holds keep, to the chunk: hours that lie inside the span and outside or inside
-- holds are counted whole, those that a border cuts chunk by chunk. `young` is younger than its class's legal minimum.
with wanted as materialized (
  select c.camera_id, c.code, a.code as agency, %(due)s::timestamptz - p.min_us * interval '1 microsecond' as old_by
  from camera c join agency a using (agency_id) join camera_policy_v1(%(due)s) p using (camera_id)
  where c.camera_id = any(%(cameras)s::int[])
),
holds as materialized (
  select w.camera_id, coalesce(range_agg(tstzrange(s.from_at, s.to_at)) filter (where h.hold_id is not null), '{}') as spans
  from wanted w
  left join legal_hold_span s on s.camera_id = w.camera_id and s.to_at > %(from)s and s.from_at < %(to)s
  left join legal_hold h on h.hold_id = s.hold_id and h.released_at is null
  group by w.camera_id
),
hours as materialized (
  select k.*, holds.spans, holds.spans @> tstzrange(k.start_at, k.end_at) as held,
         k.start_at >= %(from)s and k.end_at <= %(to)s
         and (holds.spans @> tstzrange(k.start_at, k.end_at) or not holds.spans && tstzrange(k.start_at, k.end_at)) as whole
  from kept_hour k join holds using (camera_id)
  where k.hour >= %(from)s::timestamptz - interval '2 hours' and k.hour < %(to)s and k.start_at < %(to)s and k.end_at > %(from)s
),
pieces as (
  select camera_id, hour, part, n, bytes, start_at, end_at, held from hours where whole
  union all
  select h.camera_id, h.hour, h.part, 1, c.size, c.start_at, x.end_at, h.spans && tstzrange(c.start_at, x.end_at)
  from hours h join seal s using (camera_id, hour, part)
  join chunk c on c.camera_id = h.camera_id and c.run_no = s.run_no and c.seq between s.first_seq and s.last_seq
       and c.start_at >= h.hour and c.start_at < h.hour + interval '1 hour'
  cross join lateral (select c.start_at + c.dur_us * interval '1 microsecond' as end_at) x
  where not h.whole and c.start_at >= %(from)s and c.start_at < %(to)s and x.end_at <= %(to)s
)
select w.code as camera, w.agency,
       count(distinct (p.hour, p.part)) filter (where not p.held) as hours, coalesce(sum(p.n) filter (where not p.held), 0) as chunks,
       coalesce(sum(p.bytes) filter (where not p.held), 0) as bytes,
       count(distinct (p.hour, p.part)) filter (where p.held) as held_hours, coalesce(sum(p.n) filter (where p.held), 0) as held_chunks,
       coalesce(sum(p.bytes) filter (where p.held), 0) as held_bytes,
       count(distinct (p.hour, p.part)) filter (where not p.held and p.end_at > w.old_by) as young_hours,
       min(p.start_at) filter (where not p.held) as oldest, max(p.end_at) filter (where not p.held) as newest
from wanted w left join pieces p using (camera_id)
group by w.code, w.agency order by w.code collate "C";

-- camera_ids --
select camera_id from camera where code = any(%(codes)s::text[]);

-- unsealed --
-- Cameras of which some of the span is under no seal yet: it is sealed within the hour, and then goes too.
select c.code, bool_or(r.last_end > %(due)s::timestamptz - p.min_us * interval '1 microsecond') as young
from run r join camera c using (camera_id) join camera_policy_v1(%(due)s) p using (camera_id)
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
