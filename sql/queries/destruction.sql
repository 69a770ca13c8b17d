-- What the record of destruction is filled with, besides the certificate.

-- placed --
-- An entry of the log with its place in the tree.
select l.idx, e.at from ledger_entry e join ledger_leaf l using (entry_id) where e.leaf = %(leaf)s;

-- checkpoint_over --
-- The first checkpoint that may be shown and covers a place: the same whenever the paper is made.
select size, root, note, made_at from ledger_checkpoint
where size > %(idx)s and size <= (select size from ledger_published) order by size limit 1;

-- agency_names --
select code, name from agency;

-- cameras --
-- What went of each camera, the first few cameras.
select c.code, c.name, count(*) as hours, sum(t.n) as chunks, sum(t.bytes) as bytes,
       range_agg(t.spans) as spans
from tombstone t join camera c using (camera_id) join agency a using (agency_id)
where t.purge_id = %(purge_id)s
group by c.code, c.name, a.code order by a.code, c.code limit %(limit)s;

-- objects --
-- Chunks, thinned ones too, whose objects were deleted, and those of which the store was asked and had none.
select coalesce(sum(n), 0) as objects, coalesce(sum(n) filter (where gone_at is not null), 0) as absent
from (
  select n, gone_at from tombstone where purge_id = %(purge_id)s
  union all select n, gone_at from thinned_tombstone where purge_id = %(purge_id)s
) t;
