-- What agencies and their sites have agreed to, and whom to call there.

-- add --
insert into agency_terms (agency_id, site_id, from_day, obliged, basis, cameras, uptime_percent, retention_days, clock_error_ms,
                          reason, made_by)
values (%(agency_id)s, %(site_id)s, %(from_day)s, %(obliged)s, %(basis)s, %(cameras)s, %(uptime_percent)s, %(retention_days)s,
        %(clock_error_ms)s, %(reason)s, %(made_by)s)
returning terms_id, made_at;

-- versions --
-- Of an agency or one of its sites, the latest first; `overruled` by a later one of the same day.
select t.*, exists (
  select from agency_terms l where l.agency_id = t.agency_id and l.site_id is not distinct from t.site_id
    and l.from_day = t.from_day and l.terms_id > t.terms_id) as overruled
from agency_terms t
where t.agency_id = %(agency_id)s and t.site_id is not distinct from %(site_id)s
order by t.from_day desc, t.terms_id desc;

-- judging --
-- The version that a period is judged by: what held on its first day, else the first that began within it.
select distinct on (agency_id, site_id) *
from agency_terms
where from_day <= %(last_day)s and (%(scope)s::int[] is null or agency_id = any(%(scope)s))
order by agency_id, site_id, (from_day <= %(first_day)s) desc,
         case when from_day <= %(first_day)s then %(first_day)s::date - from_day else from_day - %(first_day)s::date end, terms_id desc;

-- agency --
-- To whoever is limited to the agencies `scope` (null: all).
select a.agency_id, null::int as site_id, a.code as agency, a.name as agency_name, a.category, null as site, null as site_name
from agency a where a.code = %(agency)s and (%(scope)s::int[] is null or a.agency_id = any(%(scope)s));

-- site --
select a.agency_id, s.site_id, a.code as agency, a.name as agency_name, a.category, s.code as site, s.name as site_name
from site s join agency a using (agency_id)
where s.code = %(site)s and (%(scope)s::int[] is null or a.agency_id = any(%(scope)s));

-- contacts --
select c.contact_id, s.code as site, c.name, c.role, c.phone, c.email
from agency_contact c left join site s using (site_id)
where c.agency_id = %(agency_id)s and (%(site_id)s::int is null or c.site_id = %(site_id)s)
order by s.code nulls first, c.contact_id;

-- add_contact --
insert into agency_contact (agency_id, site_id, name, role, phone, email)
values (%(agency_id)s, %(site_id)s, %(name)s, %(role)s, %(phone)s, %(email)s) returning contact_id;

-- change_contact --
-- What is null stays as it is.
update agency_contact set name = coalesce(%(name)s, name), role = coalesce(%(role)s, role),
                          phone = coalesce(%(phone)s, phone), email = coalesce(%(email)s, email)
where contact_id = %(contact_id)s;

-- drop_contact --
delete from agency_contact where contact_id = %(contact_id)s;

-- connection --
-- How many of the cameras that are switched on send now, and when one last did.
select count(*) filter (where c.enabled)::int as cameras,
       count(*) filter (where c.enabled and t.state = 'recording' and t.seen_at > now() - interval '15 seconds')::int as recording,
       greatest(max(t.last_frame_at), max((
         select max(last_end) from (
           select last_end from run where run.camera_id = c.camera_id and origin = 'live' order by opened_at desc limit 4) latest))) as last_at
from camera c left join camera_status t using (camera_id)
where c.agency_id = %(agency_id)s and (%(site_id)s::int is null or c.site_id = %(site_id)s);

-- known --
-- Agencies that somebody may look at.
select code, name from agency where %(scope)s::int[] is null or agency_id = any(%(scope)s) order by name, code limit 1000;

-- cameras_now --
-- Cameras of an agency as recorders tell of them; what is not recorded with its open outage, where there is one.
select c.code, c.name, s.code as site, s.name as site_name, c.enabled,
       case when not c.enabled then 'stopped' when t.seen_at > now() - interval '15 seconds' then t.state else 'unknown' end as state,
       case when not c.enabled then 'disabled' when o.reason is not null then o.reason
            when t.seen_at > now() - interval '15 seconds' then t.reason else 'recorder_down' end as reason,
       coalesce(o.start_at, case when t.seen_at > now() - interval '15 seconds' then t.since else t.seen_at end) as since
from camera c left join site s using (site_id) left join camera_status t using (camera_id)
left join outage o on o.camera_id = c.camera_id and o.end_at is null
where c.agency_id = %(agency_id)s order by c.code;

-- agencies_named --
-- By name, however its capitals are; of those that whoever is limited may know of.
select code from agency
where lower(name) = lower(%(name)s) and (%(scope)s::int[] is null or agency_id = any(%(scope)s)) order by code limit 10;
