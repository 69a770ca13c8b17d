-- What was recorded when. Every statement bounds its window on both sides.

-- stretches --
-- Closed and open stretches of coverage that touch the window.
select camera_id, run_no, start_at, end_at from coverage_run
where camera_id = any(%(cameras)s) and start_at < %(to)s and end_at > %(from)s
union all
select camera_id, run_no, stretch_start, last_end from run
where camera_id = any(%(cameras)s) and stretch_start < %(to)s and last_end > %(from)s
order by camera_id, start_at;

-- pending --
-- Announced chunks whose object is not confirmed yet.
select camera_id, start_at, end_at from chunk_pending
where camera_id = any(%(cameras)s) and start_at < %(to)s and end_at > %(from)s
order by camera_id, start_at;

-- dropped --
-- Inside a stretch, and yet gone: a full disk took it before the store had it.
select run_no, start_at, end_at from chunk_dropped
where camera_id = any(%(cameras)s) and start_at < %(to)s and end_at > %(from)s
order by run_no, start_at;

-- purged --
-- What tombstones say was taken out of runs, by purge and policy; what is under one may last 20 minutes beyond its hour.
-- Holes of half a second are jitter between chunks.
select g.camera_id, g.run_no, lower(g.span) as start_at, upper(g.span) - interval '500 milliseconds' as end_at,
       g.purge_id, g.policy_id, p.kind, g.claimed_at
from (
  select t.camera_id, t.run_no, t.purge_id, t.policy_id, min(t.claimed_at) as claimed_at,
         unnest(range_agg(tstzrange(lower(s.span), upper(s.span) + interval '500 milliseconds'))) as span
  from tombstone t cross join unnest(t.spans) as s (span)
  where t.camera_id = any(%(cameras)s) and t.hour > %(from)s::timestamptz - interval '80 minutes' and t.hour < %(to)s
    and lower(s.span) < %(to)s and upper(s.span) > %(from)s
  group by t.camera_id, t.run_no, t.purge_id, t.policy_id
) g join purge_run p using (purge_id)
order by start_at, run_no, purge_id;

-- thinned --
-- What thinning left of chunks whose rows are gone, as footage.segments.
select * from thinned_entry
where camera_id = %(camera_id)s
  and start_at >= %(from)s::timestamptz - interval '20 minutes' and start_at < %(to)s
  and start_at + dur_us * interval '1 microsecond' > %(from)s
  and (start_at, run_no) > (%(after_start)s, %(after_run)s)
order by start_at, run_no
limit %(limit)s;

-- thinned_numbers --
-- What thinning kept of numbers of a run, whether the originals are there or not.
select seq, mode, thin_size, thin_sha256, thin_crc32, thin_frames, made_at from thinned_chunk
where camera_id = %(camera_id)s and run_no = %(run_no)s and start_at >= %(opened_at)s::timestamptz - interval '2 hours'
  and seq between %(first)s and %(last)s;

-- thinned_gone --
-- What purges took of it.
select t.camera_id, lower(s.span) as start_at, upper(s.span) as end_at
from thinned_tombstone t cross join unnest(t.spans) as s (span)
where t.camera_id = any(%(cameras)s) and t.hour > %(from)s::timestamptz - interval '80 minutes' and t.hour < %(to)s
  and lower(s.span) < %(to)s and upper(s.span) > %(from)s;

-- outages --
select camera_id, start_at, end_at, reason from outage
where camera_id = any(%(cameras)s) and start_at < %(to)s and (end_at is null or end_at > %(from)s)
order by camera_id, start_at;

-- bytes --
-- A chunk is at most 20 minutes long, so nothing that starts earlier can reach into the window. Thinned ones as they are shown.
select camera_id, sum(size) as bytes from (
  select camera_id, size from chunk
  where camera_id = any(%(cameras)s) and start_at >= %(from)s::timestamptz - interval '20 minutes' and start_at < %(to)s
    and start_at + dur_us * interval '1 microsecond' > %(from)s
    and not exists (select 1 from chunk_dropped d where d.run_no = chunk.run_no and d.seq = chunk.seq)
  union all
  select t.camera_id, t.thin_size from thinned_chunk t
  where t.camera_id = any(%(cameras)s) and t.start_at >= %(from)s::timestamptz - interval '20 minutes' and t.start_at < %(to)s
    and t.start_at + t.dur_us * interval '1 microsecond' > %(from)s
    and not exists (select from chunk c where (c.camera_id, c.start_at, c.run_no) = (t.camera_id, t.start_at, t.run_no))
) shown
group by camera_id;

-- thumbnails --
-- The latest picture inside the window.
select distinct on (camera_id) camera_id, object_key from thumbnail
where camera_id = any(%(cameras)s) and at >= %(from)s and at < %(to)s
order by camera_id, at desc;

-- cameras --
-- When a camera began to be recorded here, and whether it is being recorded right now.
select c.camera_id,
       least((select v.start_at from coverage_run v join run r using (run_no) where v.camera_id = c.camera_id and r.origin = 'live'
              order by v.start_at limit 1),
             (select min(stretch_start) from run r where r.camera_id = c.camera_id and r.origin = 'live')) as first_at,
       (select max(last_end) from run r where r.camera_id = c.camera_id and r.origin = 'live') as last_at,
       case when s.state = 'recording' and s.seen_at > now() - interval '15 seconds'
             and s.last_frame_at > now() - interval '15 seconds' then s.since end as recording_since
from camera c left join camera_status s using (camera_id)
where c.camera_id = any(%(cameras)s);

-- segments --
-- Chunks that touch the window, in order of time, from a cursor on.
select * from chunk_entry
where camera_id = %(camera_id)s
  and start_at >= %(from)s::timestamptz - interval '20 minutes' and start_at < %(to)s
  and start_at + dur_us * interval '1 microsecond' > %(from)s
  and (start_at, run_no) > (%(after_start)s, %(after_run)s)
order by start_at, run_no
limit %(limit)s;

-- chunk --
-- One chunk by its key.
select * from chunk_entry where camera_id = %(camera_id)s and start_at = %(start_at)s and run_no = %(run_no)s;

-- init_body --
select body from init_segment where sha256 = %(sha256)s;

-- stored_until --
-- End of the newest chunk that the store holds, among the last ones of a day.
select max(start_at + dur_us * interval '1 microsecond') as until
from (
  select run_no, seq, start_at, dur_us from chunk
  where camera_id = %(camera_id)s and start_at >= now() - interval '1 day' and start_at < now() + interval '1 hour'
  order by start_at desc limit 8
) newest
where not exists (select 1 from chunk_pending p where p.run_no = newest.run_no and p.seq = newest.seq)
  and not exists (select 1 from chunk_dropped d where d.run_no = newest.run_no and d.seq = newest.seq);

-- nearest --
-- End of the footage before an instant and start of the footage after it: under seals by the hours that still have some,
-- what thinning left, and beyond the seals by stretches, of which nothing is purged.
with hours as (
  (select distinct hour from kept_hour where camera_id = %(camera_id)s and hour <= %(at)s order by hour desc limit 3)
  union
  (select distinct hour from kept_hour where camera_id = %(camera_id)s and hour > %(at)s::timestamptz - interval '1 hour' order by hour limit 3)
), unsealed as (
  select run_no, sealed_end, stretch_start, last_end from run where camera_id = %(camera_id)s and last_seq > sealed_seq
)
select max(end_at) filter (where end_at <= %(at)s) as before, min(start_at) filter (where start_at > %(at)s) as after
from (
  select c.start_at, c.start_at + c.dur_us * interval '1 microsecond' as end_at
  from hours cross join lateral (
    select * from chunk
    where camera_id = %(camera_id)s and start_at >= hours.hour and start_at < hours.hour + interval '1 hour'
      and not exists (select 1 from chunk_dropped d where d.run_no = chunk.run_no and d.seq = chunk.seq)
  ) c
  union all
  (select start_at, start_at + dur_us * interval '1 microsecond' from thinned_chunk
   where camera_id = %(camera_id)s and start_at <= %(at)s order by start_at desc limit 3)
  union all
  (select start_at, start_at + dur_us * interval '1 microsecond' from thinned_chunk
   where camera_id = %(camera_id)s and start_at > %(at)s order by start_at limit 1)
  union all
  select greatest(v.start_at, u.sealed_end), v.end_at
  from coverage_run v join unsealed u using (run_no) where v.camera_id = %(camera_id)s and v.end_at > u.sealed_end
  union all
  select greatest(stretch_start, sealed_end), last_end from unsealed where stretch_start is not null and last_end > sealed_end
) stretch;
