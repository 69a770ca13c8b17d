-- How cameras and recorders are doing. A camera's state is that of cameras.search: older than 15 s, nobody tells.

-- tell --
-- What a recorder says of itself, over what it said last; nothing before it is registered.
insert into recorder_health (recorder, facts_waiting, chunks_waiting, spool_free_bytes, lag_us, clock_source, clock_offset_us,
                             clock_error_us)
select name, %(facts_waiting)s, %(chunks_waiting)s, %(spool_free_bytes)s, %(lag_us)s, %(clock_source)s, %(clock_offset_us)s,
       %(clock_error_us)s
from recorder where name = %(recorder)s
on conflict (recorder) do update set
  seen_at = now(), facts_waiting = excluded.facts_waiting, chunks_waiting = excluded.chunks_waiting,
  spool_free_bytes = excluded.spool_free_bytes, lag_us = excluded.lag_us, clock_source = excluded.clock_source,
  clock_offset_us = excluded.clock_offset_us, clock_error_us = excluded.clock_error_us;

-- camera --
-- Beside its state: what its recorder measured, while it tells, and the outage that is open.
select t.recorder, t.seen_at, t.seen_at > now() - interval '15 seconds' as fresh, t.keyframe_s, t.lost, t.reconnects,
       o.start_at as outage_since, o.reason as outage_reason, o.detail as outage_detail,
       p.chunks as pending_chunks, p.oldest as pending_oldest
from camera c
left join camera_status t using (camera_id)
left join outage o on o.camera_id = c.camera_id and o.end_at is null
cross join lateral (
  select count(*) as chunks, min(start_at) as oldest from chunk_pending where camera_id = c.camera_id
) p
where c.camera_id = %(camera_id)s;

-- clock_claims --
-- What chunks of the last day say of the camera's own clock. `host` tells recorders' clocks apart that nothing holds together.
select c.start_at, c.camera_offset_us, c.camera_clock, c.clock_source,
       case when r.reason = 'clock_step' then r.run_no::text when c.clock_source = %(free)s then r.recorder else '' end as host
from chunk c join run r using (run_no)
where c.camera_id = %(camera_id)s and c.start_at > now() - interval '1 day' and c.start_at < now() + interval '1 hour'
  and c.camera_clock = any(%(told)s)
order by c.start_at;

-- clocks_astray --
-- Cameras whose own clock was off by more than this last time, or jumped within the day; the worst first.
select c.code, abs(t.camera_offset_us) > %(off_us)s as off, t.camera_offset_us,
       coalesce(t.clock_step_at > now() - interval '1 day', false) as stepped, t.clock_step_us,
       count(*) filter (where abs(t.camera_offset_us) > %(off_us)s) over () as count_off,
       count(*) filter (where t.clock_step_at > now() - interval '1 day') over () as count_stepped
from camera_status t join camera c using (camera_id)
where c.enabled and t.seen_at > now() - interval '15 seconds' and t.camera_clock <> 'none'
  and (abs(t.camera_offset_us) > %(off_us)s or t.clock_step_at > now() - interval '1 day')
  and (%(sight)s::int is null or camera_known_v1(%(sight)s, c.camera_id, c.agency_id, now()))
order by abs(t.camera_offset_us) desc, c.code limit %(limit)s;

-- outages --
-- The latest first; `before` is the last one's (start, id) of the page before.
select outage_id, start_at, end_at, reason, detail, recorder from outage
where camera_id = %(camera_id)s and start_at < %(to)s and (end_at is null or end_at > %(from)s)
  and (%(before_at)s::timestamptz is null or (start_at, outage_id) < (%(before_at)s, %(before_id)s))
order by start_at desc, outage_id desc limit %(limit)s;

-- states --
select state, reason, count(*) as cameras, min(since) as since from (
  select case when not c.enabled then 'stopped' when t.seen_at > now() - interval '15 seconds' then t.state else 'unknown' end as state,
         case when not c.enabled then 'disabled' when t.seen_at > now() - interval '15 seconds' then coalesce(t.reason, '')
              else 'recorder_down' end as reason,
         case when t.seen_at > now() - interval '15 seconds' then t.since else t.seen_at end as since
  from camera c left join camera_status t using (camera_id)
  where %(sight)s::int is null or camera_known_v1(%(sight)s, c.camera_id, c.agency_id, now())
) one group by state, reason;

-- outages_open --
select o.reason, count(*) as cameras, min(o.start_at) as since
from outage o join camera c using (camera_id)
where o.end_at is null and c.enabled and (%(sight)s::int is null or camera_known_v1(%(sight)s, c.camera_id, c.agency_id, now()))
group by o.reason order by cameras desc, o.reason;

-- pending --
-- Footage that the store has not confirmed.
select count(*) as chunks, min(p.start_at) as oldest
from chunk_pending p join camera c using (camera_id) where %(sight)s::int is null or camera_known_v1(%(sight)s, c.camera_id, c.agency_id, now());

-- unsent --
-- Of that, what lies on spools of recorders that do not run: nobody sends it.
select r.recorder, count(*) as chunks, min(p.start_at) as oldest
from chunk_pending p join run r using (run_no) left join recorder o on o.name = r.recorder
where r.origin = 'live' and coalesce(o.alive_until, '-infinity') < now()
group by r.recorder order by chunks desc, r.recorder;

-- dropped --
-- Footage of the last seven days that full spools took before the store had it, and whether any was within this hour. What
-- is dropped now may be days old.
with lost as (
  select camera_id, greatest(start_at, now() - interval '7 days') as start_at, end_at
  from outage where reason = 'spool_full' and end_at > now() - interval '7 days'
)
select count(distinct camera_id) as cameras, max(end_at) as latest,
       coalesce(sum(extract(epoch from end_at - start_at)), 0)::float8 as seconds,
       coalesce(max(end_at) > now() - interval '1 hour', false) or exists (
         select from chunk_dropped d where d.camera_id in (select camera_id from lost)
           and d.start_at > now() - interval '8 days' and d.dropped_at > now() - interval '1 hour') as lately
from lost;

-- unknown_sites --
select code from unnest(%(sites)s::text[]) as asked (code) where not exists (select from site where site.code = asked.code);

-- recorders --
-- Those that did not end in order. `eligible` are the cameras that one may hold which takes no others'; null: all.
with told as (
  select recorder, count(*) as cameras, count(*) filter (where state = 'recording') as recording
  from camera_status where seen_at > now() - interval '15 seconds' group by recorder
)
select r.name, r.version, r.started_at, r.seen_at, r.alive_until > now() as alive,
       r.leaving, r.capacity, r.sites, r.networks::text[] as networks,
       case when not r.others then (
         select count(*) from camera c left join site s using (site_id)
         where c.enabled and recorder_prefers(r.sites, r.networks, s.code, c.host)
       ) end as eligible, r.spool_bytes, r.spool_oldest_at, coalesce(told.cameras, 0) as cameras, coalesce(told.recording, 0) as recording,
       h.facts_waiting, h.chunks_waiting, h.spool_free_bytes, h.lag_us, h.clock_source, h.clock_offset_us, h.clock_error_us
from recorder r left join recorder_health h on h.recorder = r.name left join told on told.recorder = r.name
where r.instance <> '' order by r.name;

-- unrecorded --
-- Cameras of which nobody tells, or that fail; worst and oldest first.
select c.code, case when t.seen_at > now() - interval '15 seconds' then t.reason else 'recorder_down' end as reason,
       case when t.seen_at > now() - interval '15 seconds' then t.since else t.seen_at end as since
from camera c left join camera_status t using (camera_id)
where c.enabled and not coalesce(t.seen_at > now() - interval '15 seconds' and t.state = 'recording', false)
order by since nulls first, c.code limit %(limit)s;
