-- Alarms of the store's space, and where it stood when the worker last looked.

-- alone --
-- Whether this is the only one that looks right now; until the transaction ends.
select pg_try_advisory_xact_lock(hashtext('saksi retention watch')) as alone;

-- standing --
select s.alarm_id, s.kind, s.agency_id, a.code as agency, s.since, s.until, s.told
from store_alarm s left join agency a using (agency_id)
where s.until is null and (%(scope)s::int[] is null or s.agency_id is null or s.agency_id = any(%(scope)s))
order by s.since, s.alarm_id;

-- raise --
-- Begins one, or tells of one that stands what is known now; `fresh`: it began.
insert into store_alarm (kind, agency_id, since, told) values (%(kind)s, %(agency_id)s, %(at)s, %(told)s)
on conflict (kind, coalesce(agency_id, 0)) where until is null do update set told = excluded.told
returning xmax = 0 as fresh;

-- finish --
update store_alarm set until = greatest(%(at)s, since) where alarm_id = %(alarm_id)s;

-- past --
select s.alarm_id, s.kind, s.agency_id, a.code as agency, s.since, s.until, s.told
from store_alarm s left join agency a using (agency_id)
where s.until is not null and (%(scope)s::int[] is null or s.agency_id is null or s.agency_id = any(%(scope)s))
order by s.until desc, s.alarm_id desc limit %(limit)s;

-- closed --
-- Since when no cameras are admitted.
select since from store_alarm where kind = 'admission' and until is null;

-- looked --
insert into store_watch (at, told) values (%(at)s, %(told)s)
on conflict (only_one) do update set at = excluded.at, told = excluded.told;

-- last_look --
select at, told from store_watch;
