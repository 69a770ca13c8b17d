-- What recorders tell: runs, chunks, confirmations.

-- open_run --
insert into run (run, camera_id, epoch, recorder, reason, parent, opened_at, tip, sealed_tip, sealed_end,
                 origin, file_sha256)
select %(run)s, camera_id, %(epoch)s, %(recorder)s, %(reason)s, %(parent)s, %(opened_at)s, %(tip)s, %(tip)s, %(opened_at)s,
       %(origin)s, %(file)s
from camera where code = %(camera)s
on conflict (run) do nothing;

-- run_known --
select run_no, recorder, epoch, parent from run where run = %(run)s;

-- lock_runs --
-- Before appends to several runs: in one order for everybody, so that two writers never wait for each other.
select run_no from run where run = any(%(runs)s::uuid[]) order by run_no for no key update;

-- run_end --
-- Where a run's chain stands, and with what it was closed.
select last_seq, tip, closed_tip from run where run = %(run)s for no key update;

-- close_run --
-- Ends the chain; the open stretch of coverage becomes a closed one.
with ended as (
  update run set closed_at = %(closed_at)s, close_reason = %(reason)s, closed_tip = %(closed_tip)s
  where run = %(run)s and closed_at is null and last_seq = %(last_seq)s
  returning run_no, camera_id, stretch_start, last_end
)
insert into coverage_run (camera_id, start_at, end_at, run_no)
select camera_id, stretch_start, last_end, run_no from ended where stretch_start is not null;

-- forget_stretch --
-- Second half of close_run: what coverage_run now tells.
update run set stretch_start = null where run = %(run)s and closed_at is not null and stretch_start is not null;

-- add_init --
insert into init_segment (sha256, codec, codecs, width, height, audio, body)
values (%(sha256)s, %(codec)s, %(codecs)s, %(width)s, %(height)s, %(audio)s, %(body)s)
on conflict (sha256) do nothing;

-- init_id --
select init_id from init_segment where sha256 = %(sha256)s;

-- append --
select append_chunk_v2(
  %(recorder)s, %(run)s, %(leaf)s, %(tip)s, %(seq)s, %(start_at)s, %(dur_us)s, %(size)s, %(frames)s, %(lost)s, %(init_id)s,
  %(clock_offset_us)s, %(clock_error_us)s, %(residual_us)s, %(camera_offset_us)s, %(clock_source)s::int2,
  %(camera_clock)s::int2, %(ended)s::int2, %(sha256)s, %(fragments)s, %(crc32)s
) as outcome;

-- stored --
-- Confirmed in the store: no longer pending, and its thumbnail is owed.
with confirmed as (
  delete from chunk_pending p using run r, unnest(%(runs)s::uuid[], %(seqs)s::int[]) as told(run, seq)
  where r.run = told.run and p.run_no = r.run_no and p.seq = told.seq
  returning p.camera_id, p.run_no, p.start_at
)
insert into outbox (kind, camera_id, run_no, start_at) select 'thumbnail', camera_id, run_no, start_at from confirmed;
