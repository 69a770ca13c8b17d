-- How much of the store is thinned footage, and what part of its originals that is: the forecast reads it by camera-days.

alter table thinning_batch add column original_bytes bigint not null default 0; -- of the originals, when the log was told
alter table thinning_batch add column thinned_bytes bigint not null default 0; -- of what was kept of them, then
alter table thinning_batch add column left_bytes bigint not null default 0; -- of that, what is still there

update thinning_batch b
set original_bytes = t.original, thinned_bytes = t.thinned,
    left_bytes = coalesce((select sum(c.thin_size) from thinned_chunk c
                           where c.camera_id = b.camera_id and c.start_at >= b.day and c.start_at < b.day + interval '1 day'
                             and c.batch_id = b.batch_id), 0)
from (
  select e.entry_id, (body #>> '{body,bytes,original}')::bigint as original, (body #>> '{body,bytes,thinned}')::bigint as thinned
  from ledger_entry e, lateral (select convert_from(e.bytes, 'UTF8')::jsonb as body) j
  where e.chain = 'thinning' and body #>> '{body,event}' = 'thinned'
) t
where t.entry_id = b.entry_id;
