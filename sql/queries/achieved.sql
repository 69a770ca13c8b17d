-- What was promised of each camera and what there is: saksi/retention/achieved.py.

-- cameras --
-- In the order of their codes, from a cursor on; `oldest_at` begins the oldest footage that is there without a hold.
select c.camera_id, c.code, c.name, c.created_at, c.enabled, a.code as agency, p.keep_us, p.policy_id, k.start_at as oldest_at
from camera c join agency a using (agency_id) join camera_policy_v1(%(now)s) p using (camera_id)
left join lateral (
  select start_at from kept_hour k where k.camera_id = c.camera_id and not held_v1(k.camera_id, k.start_at, k.end_at)
  order by hour limit 1
) k on true
where (%(scope)s::int[] is null or c.agency_id = any(%(scope)s)) and (%(agency)s::text is null or a.code = %(agency)s)
  and c.code > %(after)s
order by c.code limit %(limit)s;

-- bytes --
-- What there is of these cameras; of a whole city in one pass over all hours, not camera by camera.
select camera_id, sum(bytes)::bigint as bytes from kept_hour where camera_id = any(%(cameras)s) group by camera_id;

-- purges --
-- Which purges took of these cameras what is still promised, each camera from an instant of its own on. Not those of originals
-- of which keyframes stay: that is told as thinned.
select t.camera_id, t.purge_id, u.kind, u.reason, p.name as asked_by, q.name as approved_by, min(t.claimed_at) as at,
       sum(t.bytes)::bigint as bytes
from unnest(%(cameras)s::int[], %(froms)s::timestamptz[]) as w (camera_id, since)
join tombstone t on t.camera_id = w.camera_id and t.hour > w.since - interval '80 minutes' and upper(t.spans) > w.since
join purge_run u on u.purge_id = t.purge_id and u.kind <> 'thinned'
left join person p on p.person_id = u.asked_by left join person q on q.person_id = u.approved_by
group by t.camera_id, t.purge_id, u.kind, u.reason, p.name, q.name order by t.camera_id, t.purge_id;
