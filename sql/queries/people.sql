-- Who may log in, and their sessions and tokens.

-- any --
select exists (select 1 from person) as known;

-- add --
insert into person (name, password_hash, role, agency_ids, area_ids, unit, rank, service_number, must_change)
values (%(name)s, %(password_hash)s, %(role)s, %(agency_ids)s, %(area_ids)s, %(unit)s, %(rank)s, %(service_number)s, %(must_change)s)
on conflict (name) do nothing
returning person_id;

-- by_name --
select person_id, name, password_hash, role, agency_ids, area_ids, unit, rank, service_number, must_change
from person where name = %(name)s and disabled_at is null;

-- add_session --
insert into session (token_sha256, person_id, kind, label, expires_at, scopes, address, user_agent, second_factor)
values (%(token_sha256)s, %(person_id)s, %(kind)s, %(label)s, %(expires_at)s, %(scopes)s, %(address)s, %(user_agent)s, %(second_factor)s);

-- of_token --
-- `stale`: its last use is to be written again, which is done once a minute.
select p.person_id, p.name, p.role, p.agency_ids, p.area_ids, p.unit, p.rank, p.service_number, p.must_change, s.purpose, s.kind,
       s.session_id, s.scopes, s.second_factor, s.seen_at < now() - interval '1 minute' as stale
from session s join person p using (person_id)
where s.token_sha256 = %(token_sha256)s and s.revoked_at is null and s.expires_at > now() and p.disabled_at is null
  and (s.kind = 'token' or s.seen_at > now() - %(idle)s::interval);

-- of_session --
-- As of_token, for what a session let out of its hands: it is worth nothing once the session has ended.
select p.person_id, p.name, p.role, p.agency_ids, p.area_ids, p.unit, p.rank, p.service_number, p.must_change, s.purpose, s.kind,
       s.session_id, s.scopes, s.second_factor
from session s join person p using (person_id)
where s.session_id = %(session_id)s and s.revoked_at is null and s.expires_at > now() and p.disabled_at is null
  and (s.kind = 'token' or s.seen_at > now() - %(idle)s::interval);

-- touch_session --
update session set seen_at = now() where session_id = %(session_id)s and seen_at < now() - interval '1 minute';

-- touch --
update session set seen_at = now() where token_sha256 = %(token_sha256)s;

-- state_purpose --
update session set purpose = %(purpose)s where token_sha256 = %(token_sha256)s and purpose <> %(purpose)s;

-- revoke --
update session set revoked_at = now() where token_sha256 = %(token_sha256)s and revoked_at is null;

-- agencies --
select agency_id, code from agency where code = any(%(codes)s);

-- areas --
select area_id, code from area where code = any(%(codes)s);

-- area_codes --
select a.code from person p join area a on a.area_id = any(p.area_ids) where p.person_id = %(person_id)s order by a.code;

-- list --
-- By name; `within` (null: everyone): people limited to these agencies and no areas, whom an administrator of them manages.
select p.person_id, p.name, p.role, p.unit, p.rank, p.service_number, p.created_at, p.disabled_at, p.must_change,
       exists (select from second_factor f where f.person_id = p.person_id and f.secret_sealed is not null) as second_factor,
       (select jsonb_build_object('issuer', i.issuer, 'subject', i.subject, 'expected', i.expected) from identity i
        where i.person_id = p.person_id) as identity,
       case when p.agency_ids is null then null else array(select a.code from agency a where a.agency_id = any(p.agency_ids) order by 1) end as agencies,
       case when p.area_ids is null then null else array(select a.code from area a where a.area_id = any(p.area_ids) order by 1) end as areas,
       (select max(s.seen_at) from session s where s.person_id = p.person_id) as seen_at
from person p
where p.name > %(after)s and (%(name)s::text is null or p.name = %(name)s)
  and (%(q)s::text is null or p.name ilike %(q)s or p.unit ilike %(q)s)
  and (%(within)s::int[] is null or (p.agency_ids <@ %(within)s::int[] and p.area_ids is null))
order by p.name limit %(limit)s;

-- lock_administrators --
-- Who may not be the last to go, taken in order so that two at once cannot both go.
select person_id from person
where role = 'admin' and disabled_at is null and agency_ids is null and area_ids is null
order by person_id for no key update;

-- change --
update person set role = %(role)s, agency_ids = %(agency_ids)s, area_ids = %(area_ids)s, unit = %(unit)s, rank = %(rank)s,
                  service_number = %(service_number)s,
                  disabled_at = case when %(disabled)s then coalesce(disabled_at, now()) end
where person_id = %(person_id)s;

-- set_password --
update person set password_hash = %(password_hash)s, must_change = %(must_change)s where person_id = %(person_id)s;

-- keep_anew --
update person set password_hash = %(new)s where person_id = %(person_id)s and password_hash = %(old)s;

-- sessions --
-- Those that are good, the last used first.
select s.session_id, s.kind, s.label, s.scopes, s.purpose, s.address, s.user_agent, s.created_at, s.seen_at, s.expires_at,
       s.token_sha256 = %(token_sha256)s as this
from session s
where s.person_id = %(person_id)s and s.revoked_at is null and s.expires_at > now()
order by s.seen_at desc, s.session_id desc limit %(limit)s;

-- end_sessions --
-- One (`session_id`), or all but the one with this digest.
update session set revoked_at = now()
where person_id = %(person_id)s and revoked_at is null
  and (%(session_id)s::bigint is null or session_id = %(session_id)s)
  and (%(kind)s::text is null or kind = %(kind)s) and token_sha256 <> %(but)s
returning session_id;

-- begun_at --
-- Where the console sessions of the last days began.
select address, count(*) as sessions
from session
where kind = 'session' and created_at > now() - interval '7 days'
group by address order by sessions desc limit 200;
