-- Whether cameras are recorded as agreed: saksi/compliance/figures.py. What was purged since was recorded; imports never count.

-- room --
-- A city's month is sorted in memory.
set local work_mem = '64MB';

-- cameras --
-- Each camera's time in a window in which it was to be recorded, ended where what is being recorded is not announced yet.
with chosen as materialized (
  select c.camera_id, c.code, c.name, c.created_at, a.agency_id, c.site_id,
         least(%(to)s, %(now)s, case when %(to)s > %(now)s::timestamptz - interval '1 day' then (
           select greatest(t.since, (select max(last_end) from (
             select last_end from run where camera_id = c.camera_id and origin = 'live' order by opened_at desc limit 4) latest))
           from camera_status t
           where t.camera_id = c.camera_id and t.state = 'recording' and t.seen_at > %(now)s::timestamptz - interval '15 seconds'
             and t.last_frame_at > %(now)s::timestamptz - interval '15 seconds') end) as until
  from camera c join agency a using (agency_id)
  where (%(scope)s::int[] is null or a.agency_id = any(%(scope)s)) and (%(agency)s::text is null or a.code = %(agency)s)
    and (%(cameras)s::text[] is null or c.code = any(%(cameras)s))
), due as (
  select c.camera_id, range_agg(tstzrange(greatest(v.from_at, %(from)s), least(v.to_at, c.until))) as due
  from chosen c join camera_service v on v.camera_id = c.camera_id and v.from_at < c.until and v.to_at > %(from)s
  where c.until > %(from)s
  group by c.camera_id
), stretch as materialized (
  select v.camera_id, v.run_no, v.start_at, v.end_at from coverage_run v
  where v.camera_id in (select camera_id from chosen) and v.end_at > %(from)s and v.start_at < %(to)s
    and not exists (select from run r where r.run_no = v.run_no and r.origin = 'import')
  union all
  select r.camera_id, r.run_no, r.stretch_start, r.last_end from run r
  where r.camera_id in (select camera_id from chosen) and r.stretch_start < %(to)s and r.last_end > %(from)s and r.origin = 'live'
), gone as materialized (
  select run_no, range_agg(tstzrange(start_at, end_at)) as spans from chunk_dropped
  where camera_id in (select camera_id from chosen) and start_at < %(to)s and end_at > %(from)s
  group by run_no
), kept as (
  select camera_id, start_at, end_at from stretch where run_no not in (select run_no from gone)
  union all
  select s.camera_id, lower(p.part), upper(p.part)
  from (select camera_id, run_no, range_agg(tstzrange(start_at, end_at)) as spans from stretch
        where run_no in (select run_no from gone) group by camera_id, run_no) s
  join gone using (run_no) cross join lateral unnest(s.spans - gone.spans) as p (part)
), covered as (
  -- Holes of half a second are jitter between chunks.
  select camera_id, range_agg(tstzrange(lower(span), upper(span) - interval '500 milliseconds')) as spans
  from (
    select camera_id, unnest(range_agg(tstzrange(start_at, end_at + interval '500 milliseconds'))) as span from kept group by camera_id
  ) united group by camera_id
), judged as materialized (
  select d.camera_id, d.due, d.due * coalesce(v.spans, '{}') as recorded, d.due - coalesce(v.spans, '{}') as missing
  from due d left join covered v using (camera_id)
), told as materialized (
  -- Where two outages overlap, the one that began first names the time.
  select camera_id, reason, range_agg(tstzrange(start_at, end_at)) as spans
  from (
    select o.camera_id, o.reason, o.end_at, greatest(o.start_at, max(o.end_at) over (
             partition by o.camera_id order by o.start_at, o.end_at, o.reason rows between unbounded preceding and 1 preceding)) as start_at
    from (
      select camera_id, reason, start_at, coalesce(end_at, %(now)s) as end_at from outage
      where camera_id in (select camera_id from chosen) and start_at < least(%(to)s, %(now)s)
        and coalesce(end_at, 'infinity'::timestamptz) > %(from)s
    ) o
  ) apart where start_at < end_at group by camera_id, reason
), reasons as (
  select camera_id, array_agg(reason order by reason) as reasons, array_agg(length order by reason) as lengths
  from (
    select t.camera_id, t.reason, (select sum(upper(x) - lower(x)) from unnest(t.spans * j.missing) as x) as length
    from told t join judged j using (camera_id)
  ) measured where length > interval '0' group by camera_id
), longest as (
  select distinct on (camera_id) camera_id, gap from judged cross join unnest(missing) as gap
  order by camera_id, upper(gap) - lower(gap) desc, lower(gap)
), causes as (
  select distinct on (camera_id) camera_id, reason
  from (
    select l.camera_id, t.reason, (select sum(upper(x) - lower(x)) from unnest(t.spans * tstzmultirange(l.gap)) as x) as length
    from longest l join told t using (camera_id)
  ) part where length > interval '0' order by camera_id, length desc, reason
), clocks as (
  select camera_id, max(error_us) as error_us, min(offset_us) as least_offset_us, max(offset_us) as most_offset_us,
         max(abs(offset_us) - coalesce(error_us, 0)) as surely_off_us
  from clock_hour where camera_id in (select camera_id from chosen) and hour >= %(from)s and hour < %(to)s group by camera_id
), early as (
  -- How young was what purges took that no policy asked for, before it was as old as agreed.
  select t.camera_id, min(extract(epoch from t.claimed_at - upper(t.spans)))::float8 as age_s
  from purge_run u join tombstone t using (purge_id)
  where u.kind <> 'policy' and t.claimed_at >= %(from)s and t.claimed_at < %(to)s
  group by t.camera_id
)
select c.code, c.name, c.agency_id, c.site_id, c.created_at,
       (select sum(upper(x) - lower(x)) from unnest(j.due) as x) as due,
       (select sum(upper(x) - lower(x)) from unnest(j.recorded) as x) as recorded,
       r.reasons, r.lengths, lower(l.gap) as gap_start, upper(l.gap) as gap_end,
       case when l.gap is not null then coalesce(y.reason, 'unknown') end as gap_reason,
       k.error_us, k.least_offset_us, k.most_offset_us, k.surely_off_us, p.keep_us, e.age_s as early_s,
       upper(j.due) is not null and exists (
         select from camera_service v where v.camera_id = c.camera_id and v.from_at < least(%(to)s, %(now)s) and v.to_at >= least(%(to)s, %(now)s)) as in_service
from chosen c
left join judged j using (camera_id) left join reasons r using (camera_id) left join longest l using (camera_id)
left join causes y using (camera_id)
left join clocks k using (camera_id) left join early e using (camera_id)
left join camera_policy_v1(least(%(to)s, %(now)s)) p using (camera_id)
order by c.code;

-- codes --
-- Cameras in the order of a page.
select c.code from camera c join agency a using (agency_id)
where (%(scope)s::int[] is null or a.agency_id = any(%(scope)s)) and (%(agency)s::text is null or a.code = %(agency)s)
order by c.code offset %(after)s limit %(limit)s;

-- subjects --
-- Agencies and their sites, in the order of their ids; `site_id` null is the agency itself.
select a.agency_id, null::int as site_id, a.code as agency, a.name as agency_name, a.category, null as site, null as site_name
from agency a where (%(scope)s::int[] is null or a.agency_id = any(%(scope)s)) and (%(agency)s::text is null or a.code = %(agency)s)
union all
select a.agency_id, s.site_id, a.code, a.name, a.category, s.code, s.name
from agency a join site s using (agency_id)
where (%(scope)s::int[] is null or a.agency_id = any(%(scope)s)) and (%(agency)s::text is null or a.code = %(agency)s)
order by agency, site nulls first;
