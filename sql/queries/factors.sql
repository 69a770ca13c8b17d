-- Second factors: secrets, the newest code that was taken, recovery codes.

-- of --
select f.secret_sealed, f.since_at, f.asked_sealed, f.asked_at > now() - interval '15 minutes' as asked_lately,
       (select count(*) from recovery_code r where r.person_id = f.person_id and r.used_at is null) as recovery_left
from second_factor f where f.person_id = %(person_id)s;

-- ask --
-- A new secret that counts from its first code on; the one in force stays until then.
insert into second_factor (person_id, asked_sealed, asked_at) values (%(person_id)s, %(sealed)s, now())
on conflict (person_id) do update set asked_sealed = excluded.asked_sealed, asked_at = excluded.asked_at;

-- confirm --
update second_factor set secret_sealed = asked_sealed, since_at = now(), last_step = %(step)s, asked_sealed = null, asked_at = null
where person_id = %(person_id)s and asked_sealed = %(sealed)s
returning person_id;

-- take_step --
-- Answers a row for a code of a step after all that were taken before.
update second_factor set last_step = %(step)s where person_id = %(person_id)s and last_step < %(step)s returning person_id;

-- take_recovery --
update recovery_code set used_at = now()
where person_id = %(person_id)s and code_sha256 = %(code_sha256)s and used_at is null
returning person_id;

-- drop_recovery --
delete from recovery_code where person_id = %(person_id)s;

-- add_recovery --
insert into recovery_code (person_id, code_sha256) select %(person_id)s, unnest(%(codes)s::bytea[]);

-- forget --
with codes as (delete from recovery_code where person_id = %(person_id)s)
delete from second_factor where person_id = %(person_id)s returning secret_sealed is not null as confirmed;

-- mark_session --
update session set second_factor = true where token_sha256 = %(token_sha256)s;

-- unmark_sessions --
update session set second_factor = false where person_id = %(person_id)s and kind = 'session';
