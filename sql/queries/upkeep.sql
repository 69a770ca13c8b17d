-- Work that keeps the tables in shape.

-- prepare_days --
-- Partitions of yesterday to a week ahead, so that appends find theirs.
select count(*) filter (where add_chunk_day(day::date)) as added
from generate_series(now() at time zone 'UTC' - interval '1 day', now() at time zone 'UTC' + interval '7 days', interval '1 day') as day;

-- server --
select current_setting('server_version') as version, clock_timestamp() as now;

-- migrations --
select name from migration;
