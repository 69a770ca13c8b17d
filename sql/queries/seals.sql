-- Camera-hours under a Merkle root.

-- due --
-- Which of these runs have chunks that no seal covers yet, in hours that were over by then; each run at a minute of its
-- own, so that a city's hours are not all sealed at once.
select run_no from run r
where last_seq > sealed_seq and last_end is not null
  and sealed_end < date_trunc('hour', %(settled)s::timestamptz - run_no %% %(spread)s * interval '1 minute')
  and run = any(%(runs)s::uuid[])
  and not exists (select from run_alarm a where a.run_no = r.run_no)
order by run_no limit %(limit)s;

-- due_of_nobody --
-- The same for runs whose recorder has been silent for so long, or has let them lie for longer still.
select run_no from run r
where last_seq > sealed_seq and sealed_end < %(before)s and last_end is not null
  and (sealed_end < %(long_before)s
       or not exists (select from recorder c where c.name = r.recorder and c.seen_at > now() - %(silent_s)s * interval '1 second'))
  and not exists (select from run_alarm a where a.run_no = r.run_no)
order by run_no limit %(limit)s;

-- unsealed --
-- Runs with chunks that no seal covers yet and that may touch one of the windows, and whether their recorder lives.
select distinct r.run_no, r.last_seq,
       exists (select from recorder c where c.name = r.recorder and c.seen_at > now() - %(silent_s)s * interval '1 second') as live
from run r
join unnest(%(cameras)s::int[], %(froms)s::timestamptz[], %(tos)s::timestamptz[]) as wanted (camera_id, from_at, to_at)
  on r.camera_id = wanted.camera_id and r.sealed_end < wanted.to_at and r.last_end > wanted.from_at
where r.last_seq > r.sealed_seq
order by r.run_no;

-- ask --
-- Asks whoever recorded the run to seal what is announced of it now.
select pg_notify('saksi_seal_run', %(run_no)s::text);

-- ours --
-- Whether a run is one of these.
select run_no from run where run_no = %(run_no)s and run = any(%(runs)s::uuid[]);

-- sealed_to --
select run_no, run, sealed_seq from run where run_no = any(%(run_nos)s::int[]) or run = any(%(runs)s::uuid[]);

-- alarm --
insert into run_alarm (run_no, recorder, last_seq) select run_no, %(recorder)s, last_seq from run where run_no = %(run_no)s
on conflict (run_no) do nothing;

-- run --
select camera_id, c.code as camera, r.run::text, r.run_no, r.sealed_seq, r.sealed_tip, r.sealed_end, r.last_seq, r.last_end, r.tip,
       exists (select from run_alarm a where a.run_no = r.run_no) as alarmed
from run r join camera c using (camera_id) where r.run_no = %(run_no)s for no key update of r;

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

-- add_entry --
insert into seal_entry (camera_id, hour, part, entry_id) values (%(camera_id)s, %(hour)s, %(part)s, %(entry_id)s);

-- paid --
delete from seal_owed where what = %(what)s and camera_id = %(camera_id)s and hour = %(hour)s and part = %(part)s;

-- unlogged --
-- Seals that have no entry: made before there was a log, or by a worker that knows of none.
select s.*, r.run::text, c.code as camera, upper(b.spans) as before
from seal_owed o join seal s using (camera_id, hour, part) join run r using (run_no) join camera c on c.camera_id = s.camera_id
left join seal b on b.camera_id = s.camera_id and b.run_no = s.run_no and b.last_seq = s.first_seq - 1
where o.what = 'entry'
order by s.hour, s.camera_id, s.part limit %(limit)s
for update of o skip locked;

-- found --
select s.*, r.run::text, c.code as camera
from seal s join run r using (run_no) join camera c on c.camera_id = s.camera_id
where c.code = %(camera)s and s.hour = %(hour)s and s.part = %(part)s;

-- sealed_chunks --
-- The chunks under a seal, as far as their rows are still there.
select * from chunk_entry
where camera_id = %(camera_id)s and run_no = %(run_no)s and seq between %(first_seq)s and %(last_seq)s
  and start_at >= %(hour)s and start_at < %(hour)s::timestamptz + interval '1 hour'
order by seq;

-- owes_lines --
-- Seals whose lines are not in the store yet, from one on.
select o.camera_id, c.code as camera, o.hour, o.part from seal_owed o join camera c using (camera_id)
where o.what = 'lines' and (o.camera_id, o.hour, o.part) > (%(camera_id)s, %(hour)s::timestamptz, %(part)s)
order by o.camera_id, o.hour, o.part limit %(limit)s;
