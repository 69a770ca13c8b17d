-- Which recorder records which camera. A lease is its holder's while that recorder's row is alive.

-- register --
-- A recorder process begins: whatever an earlier process of the same name held is free again, but for what this one
-- records under the epoch that is still the last held. Answers nothing and changes nothing while a recorder of this name,
-- on another spool, is alive.
with begun as (
  insert into recorder (name, version, instance, alive_until, capacity, sites, networks, others)
  values (%(recorder)s, %(version)s, %(instance)s, now() + %(lease_s)s * interval '1 second', %(capacity)s,
          %(sites)s::text[], %(networks)s::cidr[], %(others)s)
  on conflict (name) do update
    set version = excluded.version, instance = excluded.instance, started_at = now(), seen_at = now(),
        alive_until = excluded.alive_until, leaving = false, capacity = excluded.capacity,
        sites = excluded.sites, networks = excluded.networks, others = excluded.others
    where recorder.instance in ('', excluded.instance) or recorder.alive_until < now()
  returning name
), recorded as (
  select l.camera_id from lease l join unnest(%(recorded)s::int[], %(epochs)s::int[]) as t (camera_id, epoch) using (camera_id)
  where l.epoch = t.epoch and (l.recorder = %(recorder)s or l.recorder = '' and l.taker = '')
), freed as (
  update lease l set recorder = case when r.camera_id is null then '' else %(recorder)s end, free_since = now()
  from lease same left join recorded r using (camera_id)
  where same.camera_id = l.camera_id and (l.recorder = %(recorder)s or r.camera_id is not null) and exists (select from begun)
), given_up as (
  update lease set taker = '' where taker = %(recorder)s and recorder <> %(recorder)s and exists (select from begun)
)
select name from begun;

-- leave --
-- A recorder process ends in order: its name is free at once. Answers nothing when the name was another's already.
update recorder set instance = '', alive_until = '-infinity', leaving = false
where name = %(recorder)s and instance = %(instance)s returning name;

-- seen --
-- The recorder lives, and its leases with it. Answers nothing when the name is another's by now.
update recorder set seen_at = now(), alive_until = now() + %(lease_s)s * interval '1 second', leaving = %(leaving)s,
                    held = (select count(*) from lease l where l.recorder = %(recorder)s), spool_bytes = %(spool_bytes)s, spool_oldest_at = %(spool_oldest_at)s
where name = %(recorder)s and instance = %(instance)s
returning
  exists (select from recorder o where o.name <> recorder.name and o.alive_until > now() and o.leaving) as others_leave,
  exists (select from recorder o where o.name <> recorder.name and o.alive_until > now() and not o.leaving
            and o.held < o.capacity) as others_have_room,
  exists (select from lease l join camera c using (camera_id) where l.recorder = '' and c.enabled)
  or exists (select from lease where recorder = any (array(select name from recorder where alive_until < now()))) as cameras_free;

-- renew --
-- What it still holds. Cameras that were disabled or got another address are missing, so it lets them go.
select l.camera_id, l.epoch from lease l join camera c using (camera_id)
where l.recorder = %(recorder)s and c.enabled and c.source_version = l.source_version;

-- claim --
-- Takes free cameras, and own ones whose address changed; each with the next epoch. What the recorder records right now
-- is left alone: a renewal decides about it. Each takes up to its share by capacity, beyond that only what has been free
-- for a while; a camera that somebody else prefers it takes only after a longer while. Each begins at another camera, so
-- that they are not in each other's way. The run before is the last one told of the highest epoch: a recorder tells its
-- runs in order, and the wall clock may have been set back between two of them. `holder_seen`: when a silent holder
-- told of itself last; until then it recorded, though it may not have told what.
with me as (
  select r.name, r.capacity, r.sites, r.networks, r.others, (select count(*) from lease l where l.recorder = r.name) as held
  from recorder r where r.name = %(recorder)s
), share as (
  select me.capacity * least(1, (select count(*) from camera where enabled) / sum(o.capacity::float8)) - me.held as more
  from me, recorder o where o.alive_until > now() and not o.leaving or o.name = me.name group by me.capacity, me.held
), free as (
  select l.camera_id, l.epoch, l.recorder, now() - greatest(l.free_since, h.alive_until) as lasting, s.code as site, c.host,
         case when l.recorder <> me.name then h.seen_at end as holder_seen,
         recorder_prefers(me.sites, me.networks, s.code, c.host) as preferred
  from me, lease l join camera c using (camera_id)
    left join site s using (site_id)
    left join recorder h on h.name = l.recorder
  where l.recorder = any (array(select '' union all select name from recorder where alive_until < now() or name = %(recorder)s))
    and c.enabled and l.camera_id <> all (%(held)s::int[])
    and case when l.recorder = me.name then l.source_version <> c.source_version
             when l.recorder <> '' then %(judges)s else true end
    and not exists (select from recorder t where t.name = l.taker and t.name <> me.name and t.alive_until > now())
), choosy as materialized (
  select sites, networks from recorder where alive_until > now() and not leaving and (sites <> '{}' or networks <> '{}')
), fit as (
  select free.*, row_number() over (order by not preferred, hashtext(%(recorder)s || free.camera_id)) as place
  from free, me
  where preferred or me.others and (
    lasting > %(strange_s)s * interval '1 second'
    or not exists (select from choosy where recorder_prefers(choosy.sites, choosy.networks, free.site, free.host)))
), chosen as (
  select l.camera_id, fit.holder_seen from lease l join fit using (camera_id)
  where l.epoch = fit.epoch and l.recorder = fit.recorder and place <= %(capacity)s
    and (place < (select more from share) + 1 or l.recorder = %(recorder)s or lasting > %(share_s)s * interval '1 second')
  for update of l skip locked
), taken as (
  update lease l set recorder = %(recorder)s, epoch = l.last_epoch + 1, last_epoch = l.last_epoch + 1,
                     source_version = c.source_version, taker = '', taker_epoch = 0
  from chosen join camera c using (camera_id)
  where l.camera_id = chosen.camera_id
  returning l.camera_id, l.epoch, l.source_version, c.code, c.source_sealed, c.site_id, chosen.holder_seen
)
select taken.*, latest.parent, latest.last_end,
       s.camera_networks::text[] as networks, s.camera_hosts as hosts, s.camera_ports as ports
from taken left join site s using (site_id) left join lateral (
  select (array_agg(coalesce(closed_tip, tip) order by epoch desc, run_no desc))[1] as parent, max(last_end) as last_end
  from (select * from run where camera_id = taken.camera_id and origin = 'live' order by epoch desc, run_no desc limit 9) r
) latest on true
order by taken.camera_id;

-- lost --
-- Why cameras are missing from a renewal: switched off, moved to another recorder, or lost.
select camera_id, case when not c.enabled then 'disabled'
                       when l.recorder <> %(recorder)s and l.taker_epoch = l.epoch then 'moved' else 'lease_lost' end as reason
from camera c join lease l using (camera_id) where camera_id = any (%(camera_ids)s);

-- release --
update lease set recorder = '', free_since = now(), taker = ''
where recorder = %(recorder)s and camera_id = any (%(camera_ids)s);
