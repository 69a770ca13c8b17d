-- Stretches without footage, and why.

-- camera --
-- Who holds it speaks, or held it last; not who has begun to take it over.
select c.camera_id, %(epoch)s >= l.epoch and (l.taker = '' or %(epoch)s <> l.taker_epoch) as speaks
from camera c join lease l using (camera_id) where c.code = %(camera)s;

-- open --
select outage_id, start_at, reason from outage where camera_id = %(camera_id)s and end_at is null for update;

-- add --
-- Not when the same one was told before and is over, nor when another recorder opened one meanwhile.
insert into outage (camera_id, start_at, reason, detail, recorder)
select %(camera_id)s, %(start_at)s, %(reason)s, %(detail)s, %(recorder)s
where not exists (
  select 1 from outage where camera_id = %(camera_id)s and start_at = %(start_at)s and reason = %(reason)s
)
on conflict (camera_id) where end_at is null do nothing;

-- update_detail --
update outage set detail = %(detail)s where outage_id = %(outage_id)s;

-- finish --
update outage set end_at = %(end_at)s where outage_id = %(outage_id)s;

-- forget --
-- An outage that ended as it began was none.
delete from outage where outage_id = %(outage_id)s;

-- record --
-- One that goes on from a known one, or was told before, is part of that.
with known as (
  update outage set start_at = least(start_at, %(start_at)s), end_at = greatest(end_at, %(end_at)s)
  where outage_id = (
    select outage_id from outage
    where camera_id = %(camera_id)s and reason = %(reason)s and recorder = %(recorder)s
      and start_at <= %(end_at)s and end_at >= %(start_at)s
    order by start_at limit 1
  )
  returning outage_id
)
insert into outage (camera_id, start_at, end_at, reason, detail, recorder)
select %(camera_id)s, %(start_at)s, %(end_at)s, %(reason)s, %(detail)s, %(recorder)s
where not exists (select from known);

-- trim --
-- What another recorder told of this run's time, less where the run has footage. Holes of half a second are jitter.
with ran as (
  select r.camera_id, r.recorder, range_agg(tstzrange(v.start_at, v.end_at)) as footage
  from run r join coverage_run v using (run_no) where r.run = %(run)s group by r.camera_id, r.recorder
), wrong as (
  delete from outage o using ran
  where o.camera_id = ran.camera_id and o.recorder <> ran.recorder and o.reason = 'recorder_down'
    and ran.footage && tstzrange(o.start_at, o.end_at)
  returning o.camera_id, o.detail, o.recorder, tstzmultirange(tstzrange(o.start_at, o.end_at)) - ran.footage as rest
)
insert into outage (camera_id, start_at, end_at, reason, detail, recorder)
select camera_id, lower(part), upper(part), 'recorder_down', detail, recorder from wrong cross join unnest(rest) as part
where upper(part) is null or upper(part) - lower(part) > interval '500 milliseconds';
