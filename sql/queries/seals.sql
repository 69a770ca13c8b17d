-- Camera-hours under a Merkle root.

-- due --
-- Runs with chunks that no seal covers yet and that may start before the given hour.
select run_no from run where last_seq > sealed_seq and sealed_end < %(before)s and last_end is not null
order by run_no limit %(limit)s;

-- run --
select camera_id, run, run_no, sealed_seq, sealed_tip, sealed_end, last_seq, last_end, tip
from run where run_no = %(run_no)s for no key update;

-- chunks --
-- Every unsealed chunk of a run: the chain can only be held against the run's tip as a whole.
select * from chunk_entry
where camera_id = %(camera_id)s and run_no = %(run_no)s and seq > %(sealed_seq)s
  and start_at >= %(sealed_end)s::timestamptz - interval '20 minutes' and start_at < %(last_end)s
order by seq;

-- one_at_a_time --
-- Two runs of a camera that share an hour number their parts one after the other.
select 1 from camera where camera_id = %(camera_id)s for no key update;

-- parts --
select count(*) as parts from seal where camera_id = %(camera_id)s and hour = %(hour)s;

-- add --
insert into seal (camera_id, hour, part, run_no, first_seq, last_seq, n, bytes, frames, spans, chain_in, chain_out, root)
values (%(camera_id)s, %(hour)s, %(part)s, %(run_no)s, %(first_seq)s, %(last_seq)s, %(n)s, %(bytes)s, %(frames)s, %(spans)s,
        %(chain_in)s, %(chain_out)s, %(root)s);

-- advance --
update run set sealed_seq = %(last_seq)s, sealed_tip = %(chain_out)s, sealed_end = %(end_at)s where run_no = %(run_no)s;
