-- Growth, forecast and pressure: what is kept by age, what is recorded a day, and what may not be taken early.

-- roomy --
-- Grouping a city's hours needs more memory than a search does; without it they are sorted on disk, four times as slow.
set local work_mem = '64MB';

-- kept --
-- Footage by camera and age: `since` begins the stretch of %(bin)s, counted back from now, in which the hours end.
select camera_id, date_bin(%(bin)s::interval, end_at, %(now)s::timestamptz) as since, sum(bytes)::bigint as bytes,
       max(end_at) as end_at
from kept_hour group by 1, 2;

-- bound --
-- What of it a purge may not take: held, or waiting (its seal owes something, a chunk is not confirmed yet). By whole
-- camera-hours, so never too little. A chunk is at most 20 minutes long, so an hour's footage ends within 80.
with bound as (
  select k.camera_id, k.hour, k.part, k.end_at, k.bytes, true as held
  from legal_hold_span s join legal_hold h on h.hold_id = s.hold_id and h.released_at is null
  join kept_hour k on k.camera_id = s.camera_id and k.hour > s.from_at - interval '80 minutes' and k.hour < s.to_at
       and k.start_at < s.to_at and k.end_at > s.from_at
  union all
  select k.camera_id, k.hour, k.part, k.end_at, k.bytes, false
  from (select distinct camera_id, hour, part from seal_owed) o join kept_hour k using (camera_id, hour, part)
  union all
  select k.camera_id, k.hour, k.part, k.end_at, k.bytes, false
  from (select distinct camera_id, date_trunc('hour', start_at) as hour from chunk_pending) p join kept_hour k using (camera_id, hour)
), once as (
  select camera_id, end_at, bytes, bool_or(held) as held from bound group by camera_id, hour, part, end_at, bytes
)
select camera_id, date_bin(%(bin)s::interval, end_at, %(now)s::timestamptz) as since,
       coalesce(sum(bytes) filter (where held), 0)::bigint as held,
       coalesce(sum(bytes) filter (where not held), 0)::bigint as waiting
from once group by 1, 2;

-- thinned --
-- What is left of thinned footage, by camera and UTC day. A day that a hold touches counts as held, as hours of originals do.
select b.camera_id, b.day, sum(b.left_bytes)::bigint as bytes, exists (
         select from legal_hold_span s join legal_hold h on h.hold_id = s.hold_id and h.released_at is null
         where s.camera_id = b.camera_id and s.from_at < b.day + interval '1 day' and s.to_at > b.day
       ) as held
from thinning_batch b where b.left_bytes > 0 group by b.camera_id, b.day;

-- thinned_share --
-- What thinning kept of its originals, by agency: bytes of the last 30 days in which any was told of.
select c.agency_id, sum(b.thinned_bytes)::bigint as thinned, sum(b.original_bytes)::bigint as original
from thinning_batch b join camera c using (camera_id)
where b.made_at > (select max(made_at) from thinning_batch) - interval '30 days' group by c.agency_id;

-- few --
-- Whether there are no more camera-hours than that.
select count(*) <= %(most)s as few from (select from kept_hour limit %(most)s + 1) as hours;

-- cameras --
-- Every camera with its policy, what it recorded in the last 1, 7 and 30 days (UTC, with today's so far), and until when
-- what is yet to come is held already.
select c.camera_id, c.code, c.name, c.enabled, c.agency_id, a.code as agency, a.name as agency_name, p.keep_us, p.min_us,
       g.first_day, coalesce(g.days, 0) as days, g.bytes_1, g.covered_1, g.bytes_7, g.covered_7, g.bytes_30, g.covered_30,
       h.held_until, t.after_us as thin_us
from camera c join agency a using (agency_id) join camera_policy_v1(%(now)s) p using (camera_id)
left join camera_thinning_v1(%(now)s) t using (camera_id)
left join (
  select camera_id, min(day) as first_day, count(*) as days,
         coalesce(sum(bytes) filter (where day >= %(today)s::date - 1), 0)::bigint as bytes_1,
         coalesce(sum(covered_us) filter (where day >= %(today)s::date - 1), 0)::bigint as covered_1,
         coalesce(sum(bytes) filter (where day >= %(today)s::date - 7), 0)::bigint as bytes_7,
         coalesce(sum(covered_us) filter (where day >= %(today)s::date - 7), 0)::bigint as covered_7,
         sum(bytes)::bigint as bytes_30, sum(covered_us)::bigint as covered_30
  from recorded_day where day >= %(today)s::date - 30 group by camera_id
) g using (camera_id)
left join (
  select s.camera_id, max(s.to_at) as held_until
  from legal_hold_span s join legal_hold using (hold_id)
  where released_at is null and s.to_at > %(now)s group by s.camera_id
) h using (camera_id)
order by c.code;

-- settling --
-- What purges took and the store may not have given back yet.
select coalesce(sum(bytes), 0)::bigint as bytes from tombstone where gone_at is null or gone_at > %(since)s;

-- pressure_open --
-- A purge that pressure asked for and that is not done yet.
select due_at from purge_run where kind = 'pressure' and state in ('noticed', 'running') order by due_at limit 1;
