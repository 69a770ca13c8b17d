-- Day partitions of chunks. Names are read as dates only behind a fence: the planner may ask them of any table else.

-- empty --
-- Partitions of days before an instant of whose hours nothing is kept any more. Unsealed chunks may still be in them.
with partition as materialized (
  select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'chunk'::regclass and not i.inhdetachpending
),
dated as materialized (select name, to_date(right(name, 8), 'YYYYMMDD') as day from partition)
select name, day from dated
where day < (%(before)s::timestamptz at time zone 'UTC')::date
  and not exists (select from kept_hour k where k.hour >= day::timestamp at time zone 'UTC' and k.hour < (day + 1)::timestamp at time zone 'UTC')
order by day;

-- apart --
-- What a detachment that was cut off left behind.
with table_apart as materialized (
  select c.relname as name from pg_class c left join pg_inherits i on i.inhrelid = c.oid
  where c.relkind = 'r' and c.relname ~ '^chunk_[0-9]{8}$' and (i.inhrelid is null or i.inhdetachpending)
)
select name, to_date(right(name, 8), 'YYYYMMDD') as day from table_apart order by name;

-- drop_or_attach --
select drop_chunk_day(%(day)s) as dropped;
