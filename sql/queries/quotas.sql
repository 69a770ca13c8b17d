-- Quotas of agencies: how much of the store each may use.

-- set --
insert into agency_quota (agency_id, bytes, days, reason, set_by, set_at)
values (%(agency_id)s, %(bytes)s, %(days)s, %(reason)s, %(set_by)s, %(at)s) returning quota_id;

-- lock --
-- Two who set a quota of one agency at once follow one another.
select agency_id, code, name from agency where code = %(agency)s for no key update;

-- in_force --
-- The newest of each agency, where it is still a quota.
select * from (
  select distinct on (q.agency_id) q.quota_id, q.agency_id, a.code as agency, q.bytes, q.days, q.reason, q.set_at, p.name as set_by
  from agency_quota q join agency a using (agency_id) join person p on p.person_id = q.set_by
  where %(scope)s::int[] is null or q.agency_id = any(%(scope)s)
  order by q.agency_id, q.quota_id desc
) newest where bytes is not null or days is not null order by agency;

-- history --
-- Every version, the newest first.
select q.quota_id, q.agency_id, a.code as agency, q.bytes, q.days, q.reason, q.set_at, p.name as set_by
from agency_quota q join agency a using (agency_id) join person p on p.person_id = q.set_by
where (%(scope)s::int[] is null or q.agency_id = any(%(scope)s)) and (%(before)s::int is null or q.quota_id < %(before)s)
order by q.quota_id desc limit %(limit)s;
