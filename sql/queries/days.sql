-- Day partitions of chunks.

-- empty --
-- Partitions of days before an instant of whose hours nothing is kept any more. Unsealed chunks may still be in them.
select c.relname as name, to_date(right(c.relname, 8), 'YYYYMMDD') as day
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'chunk'::regclass and not i.inhdetachpending
  and to_date(right(c.relname, 8), 'YYYYMMDD') < (%(before)s::timestamptz at time zone 'UTC')::date
  and not exists (select from kept_hour k where k.hour >= to_date(right(c.relname, 8), 'YYYYMMDD')::timestamp at time zone 'UTC'
                                            and k.hour < (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC')
order by 2;

-- apart --
-- What a detachment that was cut off left behind.
select c.relname as name, to_date(right(c.relname, 8), 'YYYYMMDD') as day
from pg_class c left join pg_inherits i on i.inhrelid = c.oid
where c.relkind = 'r' and c.relname ~ '^chunk_[0-9]{8}$' and (i.inhrelid is null or i.inhdetachpending) order by 2;

-- drop_or_attach --
select drop_chunk_day(%(day)s) as dropped;
