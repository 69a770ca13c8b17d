-- Attempts to log in: counted before the password is looked at (saksi/catalogue/attempts.py has the limits).

-- take --
-- Answers a row for each counter that took the attempt; one that has it wait takes and answers nothing.
insert into log_in_counter as c (key, attempts, last_at, locked_until)
select key, 1, now(), '-infinity' from unnest(%(keys)s::text[]) as key order by key
on conflict (key) do update set
  attempts = case when c.last_at < now() - interval '1 hour' then 1 else c.attempts + 1 end,
  last_at = now(),
  locked_until = (
    select case when c.last_at < now() - interval '1 hour' or c.attempts + 1 < g.free then '-infinity'::timestamptz
           else now() + interval '1 second' * case when g.grows then least(power(2, least(c.attempts + 2 - g.free, 12)), g.most_s)
                                              else g.most_s end end
    from unnest(%(keys)s::text[], %(free)s::int[], %(most_s)s::int[], %(grows)s::bool[]) as g (key, free, most_s, grows)
    where g.key = c.key)
where c.locked_until <= now()
returning key;

-- clear --
delete from log_in_counter where key = any(%(keys)s);

-- give_back --
update log_in_counter set attempts = greatest(attempts - 1, 0),
                          locked_until = case when attempts - 1 < %(free)s then '-infinity' else locked_until end
where key = any(%(keys)s);

-- unlock --
delete from log_in_counter where split_part(key, ':', 2) = %(account)s and key not like 'address:%%';

-- device_known --
select exists (
  select from known_device d join person p using (person_id)
  where p.name = %(name)s and d.device_sha256 = %(device)s and d.seen_at > now() - interval '180 days'
) as known;

-- remember_device --
insert into known_device (device_sha256, person_id) values (%(device)s, %(person_id)s)
on conflict (device_sha256, person_id) do update set seen_at = now();

-- forget --
with old as (delete from log_in_counter where last_at < now() - interval '2 hours')
delete from known_device where seen_at < now() - interval '180 days';
