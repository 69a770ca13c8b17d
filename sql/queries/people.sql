-- Who may log in, and their sessions and tokens.

-- any --
select exists (select 1 from person) as known;

-- add --
insert into person (name, password_hash, role, agency_ids, area_ids, unit, rank, service_number)
values (%(name)s, %(password_hash)s, %(role)s, %(agency_ids)s, %(area_ids)s, %(unit)s, %(rank)s, %(service_number)s)
on conflict (name) do nothing
returning person_id;

-- by_name --
select person_id, name, password_hash, role, agency_ids, area_ids, unit, rank, service_number, failed_logins,
       locked_until > now() as locked
from person where name = %(name)s and disabled_at is null;

-- for_login --
-- Held until the attempt is counted: attempts at the same time see each other's failures.
select person_id, name, password_hash, role, agency_ids, area_ids, unit, rank, service_number, failed_logins,
       locked_until > now() as locked
from person where name = %(name)s and disabled_at is null
for no key update;

-- succeeded --
update person set failed_logins = 0, locked_until = '-infinity' where person_id = %(person_id)s;

-- failed --
-- From the fifth failure on, each locks the account twice as long, for 15 minutes at most.
update person set failed_logins = failed_logins + 1,
                  locked_until = case when failed_logins < 4 then locked_until
                                 else now() + least(power(2, least(failed_logins - 4, 10)), 900) * interval '1 second' end
where person_id = %(person_id)s;

-- add_session --
insert into session (token_sha256, person_id, kind, label, expires_at)
values (%(token_sha256)s, %(person_id)s, %(kind)s, %(label)s, %(expires_at)s);

-- of_token --
select p.person_id, p.name, p.role, p.agency_ids, p.area_ids, p.unit, p.rank, p.service_number, s.purpose, s.kind
from session s join person p using (person_id)
where s.token_sha256 = %(token_sha256)s and s.revoked_at is null and s.expires_at > now() and p.disabled_at is null;

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
