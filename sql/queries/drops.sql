-- Chunks that a full disk took before the store had them, and the entries of the log that say so.

-- drop --
-- Lost before it was confirmed: no longer on its way. Told twice, or of a chunk that is in the store, it does nothing.
with gone as (
  delete from chunk_pending p using run r
  where r.run = %(run)s and p.run_no = r.run_no and p.seq = any(%(seqs)s::int[])
  returning p.run_no, p.seq, p.camera_id, p.start_at, p.end_at
), told as (
  insert into chunk_dropped (run_no, seq, camera_id, start_at, end_at)
  select run_no, seq, camera_id, start_at, end_at from gone
  returning run_no, seq, camera_id, start_at, end_at
)
select told.*, c.code as camera, %(run)s::text as run from told join camera c using (camera_id) order by told.seq;

-- add_entry --
insert into dropped_entry (run_no, seq, entry_id) values (%(run_no)s, %(seq)s, %(entry_id)s);

-- paid --
delete from dropped_owed where run_no = %(run_no)s and seq = %(seq)s;

-- owed --
-- Dropped before dropping was told to the log.
select d.run_no, d.seq, d.start_at, d.end_at, r.run::text, c.code as camera
from dropped_owed o join chunk_dropped d using (run_no, seq) join run r using (run_no) join camera c on c.camera_id = d.camera_id
order by d.run_no, d.seq limit %(limit)s
for update of o skip locked;

-- of_entry --
-- What an entry says was dropped, as the catalogue has it.
select d.seq, d.start_at, d.end_at, c.code as camera, e.leaf
from chunk_dropped d join run r using (run_no) join camera c on c.camera_id = d.camera_id
left join dropped_entry x using (run_no, seq) left join ledger_entry e using (entry_id)
where r.run::text = %(run)s and d.seq = any(%(seqs)s::int[]);

-- untold --
-- Dropped, as the catalogue has it, and the log was neither told nor owes it.
select d.run_no, d.seq, r.run::text from chunk_dropped d left join run r using (run_no)
where not exists (select from dropped_entry x where x.run_no = d.run_no and x.seq = d.seq)
  and not exists (select from dropped_owed o where o.run_no = d.run_no and o.seq = d.seq)
limit 1000;
