-- Who logs in through a provider of OpenID Connect.

-- of_subject --
select p.person_id, p.name, p.disabled_at is not null as disabled
from identity i join person p using (person_id)
where i.issuer = %(issuer)s and i.subject = %(subject)s;

-- of_person --
select issuer from identity where person_id = %(person_id)s;

-- link --
insert into identity (person_id, issuer, subject, expected)
values (%(person_id)s, %(issuer)s, %(subject)s, %(expected)s)
on conflict (person_id) do update
  set issuer = excluded.issuer, subject = excluded.subject, expected = excluded.expected, linked_at = now();

-- bind --
-- The first log-in of who was expected: from now on their subject alone counts.
update identity set subject = %(subject)s, expected = null, linked_at = now()
where issuer = %(issuer)s and expected = %(expected)s
returning person_id;

-- unlink --
delete from identity where person_id = %(person_id)s returning person_id;
