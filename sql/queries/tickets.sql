-- Tickets of what breaks terms: saksi/compliance/tickets.py.

-- only_one --
-- Whether nobody else is at it.
select pg_try_advisory_xact_lock(hashtext('saksi tickets')) as mine;

-- down --
-- Cameras in service of agencies with terms whose line or camera has failed for longer than `since`.
select c.camera_id, c.code, c.agency_id, o.start_at, o.reason, o.detail
from outage o join camera c using (camera_id)
where o.end_at is null and o.start_at <= %(since)s and o.reason = any(%(reasons)s) and c.enabled;

-- clock_since --
-- From when on hours of a camera have been off by more than agreed, without one between that was not.
select min(hour) as since from clock_hour k
where k.camera_id = %(camera_id)s and k.hour >= %(from)s and abs(k.offset_us) - coalesce(k.error_us, 0) > %(most_us)s
  and k.hour > coalesce((
    select max(hour) from clock_hour g where g.camera_id = %(camera_id)s and g.hour >= %(from)s
      and abs(g.offset_us) - coalesce(g.error_us, 0) <= %(most_us)s), '-infinity');

-- camera_ids --
select camera_id, code from camera where code = any(%(codes)s);

-- open --
select ticket_id, rule, agency_id, site_id, camera_id, facts from fault_ticket where closed_at is null;

-- lately --
-- Of those that closed within a day, the last of each subject and rule.
select distinct on (rule, agency_id, site_id, camera_id) ticket_id, rule, agency_id, site_id, camera_id
from fault_ticket where closed_at > %(now)s::timestamptz - interval '1 day'
order by rule, agency_id, site_id, camera_id, closed_at desc;

-- add --
insert into fault_ticket (agency_id, site_id, camera_id, rule, since_at, facts, opened_at)
values (%(agency_id)s, %(site_id)s, %(camera_id)s, %(rule)s, %(since)s, %(facts)s, %(now)s) returning ticket_id;

-- reopen --
update fault_ticket set closed_at = null, promised_day = null, since_at = %(since)s, facts = %(facts)s where ticket_id = %(ticket_id)s;

-- update_facts --
update fault_ticket set facts = %(facts)s, since_at = coalesce(%(since)s, since_at) where ticket_id = %(ticket_id)s;

-- close --
update fault_ticket set closed_at = greatest(%(now)s, opened_at) where ticket_id = %(ticket_id)s;

-- promise --
update fault_ticket set promised_day = %(day)s where ticket_id = %(ticket_id)s;

-- set_aside --
update fault_ticket set aside_until = %(until)s where ticket_id = %(ticket_id)s;

-- add_event --
insert into fault_ticket_event (ticket_id, at, kind, person, text, day, until_at, facts)
values (%(ticket_id)s, %(at)s, %(kind)s, %(person)s, %(text)s, %(day)s, %(until)s, %(facts)s);

-- list --
-- The newest first. Of a window those that were open at some time in it.
select t.*, a.code as agency, a.name as agency_name, s.code as site, s.name as site_name, c.code as camera, c.name as camera_name
from (
  select t.*, case when t.closed_at is not null then 'closed' when t.aside_until > %(now)s then 'set_aside'
                   when t.promised_day is not null then 'acknowledged' else 'open' end as state
  from fault_ticket t
) t join agency a using (agency_id) left join camera c using (camera_id) left join site s on s.site_id = coalesce(t.site_id, c.site_id)
where (%(scope)s::int[] is null or t.agency_id = any(%(scope)s)) and (%(agency)s::text is null or a.code = %(agency)s)
  and (%(state)s::text is null or t.state = %(state)s or (%(state)s = 'standing' and t.state <> 'closed'))
  and (%(rule)s::text is null or t.rule = %(rule)s) and (%(ticket_id)s::int is null or t.ticket_id = %(ticket_id)s)
  and (%(before)s::int is null or t.ticket_id < %(before)s)
  and (%(to)s::timestamptz is null or (t.opened_at < %(to)s and coalesce(t.closed_at, 'infinity') >= %(from)s))
order by t.ticket_id desc limit %(limit)s;

-- events --
select at, kind, person, text, day, until_at, facts from fault_ticket_event where ticket_id = %(ticket_id)s order by event_id;
