-- A camera moves to another recorder without a gap: the taker records beside the holder, under an epoch of its own that
-- is put by, and holds the lease only once it has footage. Until then the holder knows nothing of it.

-- kept --
-- What this recorder has begun to take. Missing is what was disabled, got another address, or was let go meanwhile.
select l.camera_id, l.taker_epoch as epoch,
       exists (select from recorder h where h.name = l.recorder and h.alive_until > now()) as held
from lease l join camera c using (camera_id)
where l.taker = %(recorder)s and c.enabled and c.source_version = l.source_version;

-- settle --
-- The taker has footage: it is the holder from now on.
update lease set recorder = taker, epoch = taker_epoch, taker = ''
where taker = %(recorder)s and camera_id = any (%(camera_ids)s)
returning camera_id, epoch;

-- give_up --
update lease set taker = '' where taker = %(recorder)s and camera_id = any (%(camera_ids)s);

-- begin --
-- Chooses what to take over: all of recorders that leave (each taker its part), then what this one prefers and the
-- holder does not, then, of recorders that are fuller by more than %(slack)s of their capacity even after the move, what
-- both or neither of them prefer and is being recorded. A few at a time.
with me as (
  select r.name, r.capacity, r.sites, r.networks, r.others,
         (select count(*) from lease l where l.recorder = r.name)
              + (select count(*) from lease l where l.taker = r.name and l.taker <> '') as held
  from recorder r where r.name = %(recorder)s and not r.leaving
), giver as (
  select r.name, r.leaving, r.capacity, r.sites, r.networks,
         (select count(*) from lease l where l.recorder = r.name and l.taker = '') as held
  from me, recorder r
  where r.name <> me.name and r.alive_until > now()
    and (r.leaving or me.sites <> '{}' or me.networks <> '{}'
         or (r.held - 1) / r.capacity::float8 - (me.held + 1) / me.capacity::float8 >= %(slack)s)
), part as (
  select ceil(max(me.capacity) / sum(o.capacity::float8) * (select sum(held) from giver where leaving)) as of_leaving
  from me, recorder o where o.alive_until > now() and not o.leaving
), offered as (
  select l.camera_id, l.epoch, l.recorder, l.taker, why.rank, g.held, g.capacity,
         row_number() over (partition by why.rank = 0 order by why.rank, g.held / g.capacity::float8 desc,
                            hashtext(%(recorder)s || l.camera_id)) as place
  from me, giver g join lease l on l.recorder = g.name
    join camera c using (camera_id)
    left join site s using (site_id)
    left join camera_status t using (camera_id)
    left join recorder b on b.name = l.taker,
    lateral (select recorder_prefers(me.sites, me.networks, s.code, c.host) as mine,
                    recorder_prefers(g.sites, g.networks, s.code, c.host) as theirs) prefers,
    lateral (select case when g.leaving then 0 when mine and not theirs then 1 else 2 end as rank) why
  where (l.taker = '' or b.alive_until < now()) and c.enabled and c.source_version = l.source_version and l.camera_id <> all (%(avoided)s::int[])
    and (mine or me.others)
    and (rank < 2 or mine = theirs and coalesce(t.state, 'recording') = 'recording'
                     and (g.held - 1) / g.capacity::float8 - (me.held + 1) / me.capacity::float8 >= %(slack)s)
), chosen as (
  select l.camera_id from lease l join offered using (camera_id)
  where l.epoch = offered.epoch and l.recorder = offered.recorder and l.taker = offered.taker
    and case rank when 0 then place <= least(%(room)s, greatest(%(few)s, (select of_leaving from part)))
                  when 1 then place <= least(%(room)s, %(few)s)
                  else place <= least(%(room)s, %(few)s)
                       and (offered.held - place) / offered.capacity::float8
                           - ((select held from me) + place) / (select capacity from me)::float8 >= %(slack)s end
  for update of l skip locked
), begun as (
  update lease l set taker = %(recorder)s, taker_epoch = l.last_epoch + 1, last_epoch = l.last_epoch + 1
  from chosen join camera c using (camera_id)
  where l.camera_id = chosen.camera_id
  returning l.camera_id, l.taker_epoch as epoch, l.source_version, c.code, c.source_sealed, c.site_id
)
select begun.*, latest.parent, latest.last_end,
       s.camera_networks::text[] as networks, s.camera_hosts as hosts, s.camera_ports as ports
from begun left join site s using (site_id) left join lateral (
  select (array_agg(coalesce(closed_tip, tip) order by epoch desc, run_no desc))[1] as parent, max(last_end) as last_end
  from (select * from run where camera_id = begun.camera_id and origin = 'live' order by epoch desc, run_no desc limit 9) r
) latest on true
order by begun.camera_id;
