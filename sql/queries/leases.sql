-- Which recorder records which camera.

-- register --
-- A recorder process begins: whatever an earlier process of the same name held is free again. Answers nothing and
-- changes nothing while a recorder of this name, on another spool, is alive.
with begun as (
  insert into recorder (name, version, instance) values (%(recorder)s, %(version)s, %(instance)s)
  on conflict (name) do update
    set version = excluded.version, instance = excluded.instance, started_at = now(), seen_at = now()
    where recorder.instance in ('', excluded.instance)
       or recorder.seen_at < now() - %(lease_s)s * interval '1 second'
  returning name
), freed as (
  update lease set expires_at = '-infinity' where recorder = %(recorder)s and exists (select from begun)
)
select name from begun;

-- leave --
-- A recorder process ends in order: its name is free at once. Answers nothing when the name was another's already.
update recorder set instance = '' where name = %(recorder)s and instance = %(instance)s returning name;

-- prepare --
-- A lease row for every camera that may be recorded.
insert into lease (camera_id) select camera_id from camera where enabled on conflict do nothing;

-- claim --
-- Takes free cameras, and own ones whose address changed; each with the next epoch. What the recorder records right now
-- is left alone, even when its lease has run out: a renewal decides about it. The run before is the last one told of the
-- highest epoch: a recorder tells its runs in order, and the wall clock may have been set back between two of them.
with free as (
  select l.camera_id from lease l join camera c using (camera_id)
  where c.enabled and l.camera_id <> all(%(held)s::int[])
    and (l.expires_at < now() or (l.recorder = %(recorder)s and l.source_version <> c.source_version))
  order by l.camera_id
  limit %(capacity)s
  for update of l skip locked
), taken as (
  update lease l set recorder = %(recorder)s, epoch = l.epoch + 1, source_version = c.source_version,
                     expires_at = now() + %(lease_s)s * interval '1 second'
  from free join camera c using (camera_id)
  where l.camera_id = free.camera_id
  returning l.camera_id, l.epoch, l.source_version, c.code, c.source_sealed
)
select taken.*, latest.parent, latest.last_end
from taken left join lateral (
  select (array_agg(coalesce(r.closed_tip, r.tip) order by r.epoch desc, r.run_no desc))[1] as parent, max(r.last_end) as last_end
  from run r where r.camera_id = taken.camera_id and r.origin = 'live'
) latest on true
order by taken.camera_id;

-- seen --
-- Answers nothing when the name is another's by now.
update recorder set seen_at = now(), spool_bytes = %(spool_bytes)s, spool_oldest_at = %(spool_oldest_at)s
where name = %(recorder)s and instance = %(instance)s
returning name;

-- renew --
-- Cameras that were disabled or got another address are not renewed, so their holder lets them go.
update lease l set expires_at = now() + %(lease_s)s * interval '1 second'
from camera c
where c.camera_id = l.camera_id and l.recorder = %(recorder)s and l.expires_at > '-infinity'
  and c.enabled and c.source_version = l.source_version
returning l.camera_id, l.epoch;

-- disabled --
-- Why a camera is missing from a renewal: nobody shall record it.
select camera_id from camera where camera_id = any(%(camera_ids)s) and not enabled;

-- release --
update lease set expires_at = '-infinity' where recorder = %(recorder)s and camera_id = any(%(camera_ids)s);
