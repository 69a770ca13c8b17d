-- Rows that must agree with one another, for the check of a whole installation.

-- runs_after --
select run_no from run where run_no > %(run_no)s order by run_no limit %(limit)s;

-- run --
select r.*, c.code as camera, exists (select from run_alarm a where a.run_no = r.run_no) as alarmed
from run r join camera c using (camera_id) where r.run_no = %(run_no)s;

-- seals_of_run --
select first_seq, last_seq, chain_in, chain_out, hour, upper(spans) as end_at from seal
where camera_id = %(camera_id)s and run_no = %(run_no)s order by first_seq, hour, part;

-- tail --
-- Chunks of a run that no seal covers yet.
select * from chunk_entry
where camera_id = %(camera_id)s and run_no = %(run_no)s and seq > %(sealed_seq)s
  and start_at >= %(sealed_end)s::timestamptz - interval '20 minutes' and start_at <= %(last_end)s
order by seq, start_at;

-- last_sealed --
-- End of the last chunk under a seal, where its row is still there.
select start_at + dur_us * interval '1 microsecond' as end_at from chunk
where camera_id = %(camera_id)s and run_no = %(run_no)s and seq = %(sealed_seq)s
  and start_at >= %(hour)s and start_at < %(hour)s::timestamptz + interval '1 hour';

-- strays --
-- Chunks under no seal and in no tail: a search would show them, and no chain tells of them.
select c.camera_id, k.code as camera, r.run::text, c.run_no, c.seq, c.start_at
from chunk c left join run r on r.run_no = c.run_no and r.camera_id = c.camera_id left join camera k on k.camera_id = c.camera_id
where r.run_no is null or k.camera_id is null or c.seq > r.last_seq
   or (c.seq > r.sealed_seq and (c.start_at < r.sealed_end - interval '20 minutes' or c.start_at > r.last_end))
   or (c.seq <= r.sealed_seq and not exists (
         select from seal s
         where s.camera_id = c.camera_id and s.hour = date_trunc('hour', c.start_at at time zone 'UTC') at time zone 'UTC'
           and s.run_no = c.run_no and c.seq between s.first_seq and s.last_seq))
   or not exists (select from init_segment i where i.init_id = c.init_id)
limit 1000;

-- inits --
select init_id, sha256, body from init_segment order by init_id;

-- states --
-- What is told of a chunk's way to the store, and is of no such chunk. Of dropped ones the rows may be purged.
select 'chunk_pending' as what, p.run_no, p.seq, r.run::text
from chunk_pending p left join run r using (run_no)
left join chunk c on c.camera_id = p.camera_id and c.run_no = p.run_no and c.start_at = p.start_at and c.seq = p.seq
where c.seq is null or r.run_no is null or p.end_at <> c.start_at + c.dur_us * interval '1 microsecond'
   or exists (select from chunk_dropped d where d.run_no = p.run_no and d.seq = p.seq)
union all
select 'chunk_dropped', d.run_no, d.seq, r.run::text
from chunk_dropped d left join run r using (run_no)
left join chunk c on c.camera_id = d.camera_id and c.run_no = d.run_no and c.start_at = d.start_at
where r.run_no is null or r.camera_id <> d.camera_id or d.seq > r.last_seq or c.seq <> d.seq
   or d.end_at <> c.start_at + c.dur_us * interval '1 microsecond'
   or (c.seq is null and exists (select from chunk o where o.camera_id = r.camera_id and o.run_no = d.run_no and o.seq = d.seq));

-- stranded --
-- Told as on their way for an hour while their recorder, which lives, has nothing that old on its spool.
select p.seq, r.run::text from chunk_pending p join run r using (run_no) join recorder c on c.name = r.recorder
where c.seen_at > now() - interval '1 minute' and p.announced_at < now() - interval '1 hour'
  and p.start_at < coalesce(c.spool_oldest_at, c.seen_at) - interval '10 minutes'
limit 1000;

-- taken --
-- What tombstones say was taken of a seal.
select t.seqs, t.bytes, t.spans, t.purge_id from tombstone t
where t.camera_id = %(camera_id)s and t.hour = %(hour)s and t.part = %(part)s order by t.purge_id;

-- tombstones_odd --
-- Tombstones of a camera that do not fit their seal or their purge, or whose chunks are still there.
select t.hour, t.part, t.purge_id, t.what from (
  select t.hour, t.part, t.purge_id, case
    when s.camera_id is null then 'no such seal'
    when s.run_no <> t.run_no then 'of another run'
    when not int4multirange(int4range(s.first_seq, s.last_seq + 1)) @> t.seqs then 'numbers that are not under its seal'
    when not s.spans @> t.spans then 'times that are not under its seal'
    when t.n <> (select coalesce(sum(upper(q) - lower(q)), 0) from unnest(t.seqs) as q) then 'another count than numbers'
    when exists (select from tombstone o where (o.camera_id, o.hour, o.part) = (t.camera_id, t.hour, t.part)
                 and o.purge_id <> t.purge_id and o.seqs && t.seqs) then 'taken twice'
    when p.purge_id is null or p.state in ('noticed', 'cancelled') then 'a purge that never began'
    when p.state = 'done' and t.gone_at is null then 'not confirmed as gone by a purge that is done'
    when exists (select from chunk c where c.camera_id = t.camera_id and c.run_no = t.run_no and t.seqs @> c.seq
                 and c.start_at >= t.hour and c.start_at < t.hour + interval '1 hour') then 'chunks that are there'
  end as what
  from tombstone t left join seal s using (camera_id, hour, part) left join purge_run p using (purge_id)
  where t.camera_id = %(camera_id)s
) t where t.what is not null order by t.hour, t.part, t.purge_id limit 1000;

-- kept_odd --
-- Hours of a camera in which seals less tombstones are something else than what kept_hour says is there.
select coalesce(l.hour, k.hour) as hour, coalesce(l.part, k.part) as part, l.n, l.bytes, k.n as kept_n, k.bytes as kept_bytes
from (
  select s.hour, s.part, s.n - coalesce(t.n, 0) as n, s.bytes - coalesce(t.bytes, 0) as bytes, lower(s.spans) as start_at, upper(s.spans) as end_at
  from seal s left join lateral (
    select sum(t.n) as n, sum(t.bytes) as bytes from tombstone t where (t.camera_id, t.hour, t.part) = (s.camera_id, s.hour, s.part)
  ) t on true
  where s.camera_id = %(camera_id)s
    and (s.n <> coalesce(t.n, 0) or s.bytes <> coalesce(t.bytes, 0))
) l
full join (select * from kept_hour where camera_id = %(camera_id)s) k using (hour, part)
where (l.n, l.bytes, l.start_at, l.end_at) is distinct from (k.n, k.bytes, k.start_at, k.end_at)
order by 1, 2 limit 1000;

-- purge --
-- A purge and the leaves of its entries.
select p.purge_id, p.kind, p.state, p.noticed_at, p.due_at, p.expected, p.result, p.certificate, n.leaf as notice_leaf, d.leaf as done_leaf
from purge_run p left join ledger_entry n on n.entry_id = p.notice_entry left join ledger_entry d on d.entry_id = p.done_entry
where p.purge_id = %(purge_id)s;

-- purges_odd --
-- Purges of which the log was not told, or with entries that are of something else. A deletion by hand is announced when it
-- is approved, and one that is taken back after that has an entry of its own.
select p.purge_id from purge_run p
left join ledger_entry n on n.entry_id = p.notice_entry left join ledger_entry d on d.entry_id = p.done_entry
where (n.kind is distinct from 'purge' and not (p.kind = 'manual' and p.approved_by is null and p.notice_entry is null)) or (p.done_entry is not null and d.kind is distinct from 'purge')
   or (p.state = 'done') <> (p.done_entry is not null)
   or (p.kind = 'manual' and p.state = 'cancelled' and p.notice_entry is not null and not exists (
         select from ledger_entry c where c.kind = 'purge' and c.leaf = decode(p.result -> 'cancelled' ->> 'entry', 'hex')))
order by p.purge_id limit 1000;

-- orphans --
-- Rows that name an entry, a checkpoint, a key or a hold that is not there, or an entry of another kind.
select 'ledger_leaf' as what, l.idx::text as place from ledger_leaf l
where not exists (select from ledger_entry e where e.entry_id = l.entry_id)
union all
select 'ledger_pending', p.entry_id::text from ledger_pending p
where not exists (select from ledger_entry e where e.entry_id = p.entry_id)
union all
select 'run_entry', concat_ws(' ', x.run_no, x.event, e.chain, e.seq) from run_entry x left join ledger_entry e using (entry_id)
where e.kind is distinct from 'run' or not exists (select from run r where r.run_no = x.run_no)
union all
select 'seal_entry', concat_ws(' ', x.camera_id, x.hour, x.part, e.chain, e.seq) from seal_entry x left join ledger_entry e using (entry_id)
where e.kind is distinct from 'seal'
   or not exists (select from seal s where (s.camera_id, s.hour, s.part) = (x.camera_id, x.hour, x.part))
union all
select 'pulse', concat_ws(' ', p.recorder, p.at, e.chain, e.seq) from pulse p left join ledger_entry e using (entry_id)
where e.kind is distinct from 'pulse'
union all
select 'custody_event', concat_ws(' ', v.event_id, e.chain, e.seq) from custody_event v left join ledger_entry e using (entry_id)
where e.kind is null or e.kind not in ('custody', 'hold')
union all
select 'signing_key_end', x.key_id from signing_key_end x where not exists (select from signing_key k where k.key_id = x.key_id)
union all
select 'ledger_cosignature', x.size::text from ledger_cosignature x
where not exists (select from ledger_checkpoint c where c.size = x.size)
union all
select 'ledger_stamp', x.size::text from ledger_stamp x where not exists (select from ledger_checkpoint c where c.size = x.size)
union all
select 'legal_hold_span', x.hold_id::text from legal_hold_span x
where not exists (select from legal_hold h where h.hold_id = x.hold_id)
   or not exists (select from camera k where k.camera_id = x.camera_id)
union all
select 'case_exhibit_camera', concat_ws(' ', 'exhibit', x.exhibit_id, x.camera_id) from case_exhibit_camera x
where not exists (select from camera k where k.camera_id = x.camera_id)
   or not exists (select from case_exhibit e where e.exhibit_id = x.exhibit_id)
union all
select 'run', r.run::text from run r where not exists (select from camera k where k.camera_id = r.camera_id)
union all
select 'tombstone', concat_ws(' ', t.camera_id, t.hour, t.part) from tombstone t
where not exists (select from camera c where c.camera_id = t.camera_id)
union all
select 'kept_hour', concat_ws(' ', k.camera_id, k.hour, k.part) from kept_hour k
where not exists (select from camera c where c.camera_id = k.camera_id)
union all
select 'dropped_entry', concat_ws(' ', x.run_no, x.seq, e.chain, e.seq) from dropped_entry x left join ledger_entry e using (entry_id)
where e.kind is distinct from 'dropped' or not exists (select from chunk_dropped d where (d.run_no, d.seq) = (x.run_no, x.seq))
union all
select 'seal', concat_ws(' ', s.camera_id, s.hour, s.part) from seal s
where not exists (select from run r where r.run_no = s.run_no and r.camera_id = s.camera_id)
limit 1000;

-- case_chains --
-- Chains of custody whose case is not there.
select chain from ledger_chain c where chain like 'case/%%' and not exists (select from case_file f where 'case/' || f.number = c.chain);

-- holds --
select h.*, coalesce(c.number, '') as number from legal_hold h left join case_file c using (case_id) order by h.hold_id;

-- named_runs --
select run_no, run::text, last_seq, tip, closed_tip, sealed_seq, sealed_tip from run where run_no = any(%(run_nos)s);

-- published --
select size from ledger_published;

-- policies --
-- Versions of retention policies and the entries that they name; starting values may await theirs.
select p.policy_id, p.state, p.proposed_by, e.kind, e.bytes,
       p.entry_id is null and p.proposed_by is null and p.effective_at = '-infinity' and p.scope in ('default', 'class')
       and not exists (select from retention_policy o where o.scope = p.scope and o.category is not distinct from p.category
                                                        and o.policy_id < p.policy_id) as owed
from retention_policy p left join ledger_entry e using (entry_id) order by p.policy_id;

-- policy_event --
select v.policy_id, v.event, v.nonce, v.body from policy_event v join ledger_entry e using (entry_id) where e.leaf = %(leaf)s;

-- thinning_policy --
-- A version, and the leaves of the entries that it names.
select t.scope, coalesce(a.code, s.code, k.code, '') as subject, t.mode, t.after_us, t.basis, t.state, t.proposed_at, t.decided_at, e.leaf,
       o.leaf as proposal_leaf
from thinning_policy t left join agency a on a.agency_id = t.agency_id left join site s on s.site_id = t.site_id
left join camera k on k.camera_id = t.camera_id left join ledger_entry e on e.entry_id = t.entry_id
left join ledger_entry o on o.entry_id = t.proposal_entry
where t.thinning_id = %(thinning_id)s;

-- thinning_batch --
-- The thinned chunks of a camera-day that an entry tells of.
select b.batch_id, b.camera_id, k.code as camera, b.day, b.n, b.root, b.made_at
from ledger_entry e join thinning_batch b using (entry_id) left join camera k using (camera_id) where e.leaf = %(leaf)s;

-- thinned_of_day --
-- Rows of a camera's day, of one batch or of all, as their lines have them (thinning.untold).
select t.batch_id, k.code as camera, t.start_at, t.run_no, r.run, t.seq, t.dur_us, t.size, t.frames, t.lost, t.clock_offset_us,
       t.clock_error_us, t.residual_us, t.camera_offset_us, t.clock_source, t.camera_clock, t.ended, t.sha256, i.sha256 as init_sha256,
       t.mode, t.thin_size, t.thin_frames, t.thin_sha256, s.root as seal
from thinned_chunk t join run r using (run_no) join camera k on k.camera_id = t.camera_id
join init_segment i using (init_id) join seal s on (s.camera_id, s.hour, s.part) = (t.camera_id, t.hour, t.part)
where t.camera_id = %(camera_id)s and t.start_at >= %(day)s and t.start_at < %(day)s::timestamptz + interval '1 day'
  and (%(batch_id)s::int is null or t.batch_id = %(batch_id)s)
order by t.start_at, t.run_no;

-- thinnings --
-- What the log was told of a camera, in the order of days: how many rows are left of it, and what purges took of that day.
select b.batch_id, b.day, b.n, b.root,
       (select count(*) from thinned_chunk t where t.camera_id = b.camera_id and t.start_at >= b.day
        and t.start_at < b.day + interval '1 day' and t.batch_id = b.batch_id) as rows,
       (select coalesce(sum(x.n), 0) from thinned_tombstone x where x.camera_id = b.camera_id and x.hour >= b.day
        and x.hour < b.day + interval '1 day') as taken
from thinning_batch b where b.camera_id = %(camera_id)s order by b.day, b.batch_id;

-- thinned_stones --
-- What purges took of the thinned chunks of a camera's day.
select x.purge_id, x.hour, x.part, r.run::text, x.seqs, x.spans, x.bytes from thinned_tombstone x left join run r using (run_no)
where x.camera_id = %(camera_id)s and x.hour >= %(day)s and x.hour < %(day)s::timestamptz + interval '1 day'
order by x.hour, x.part, x.purge_id;

-- thinned_forgotten --
-- Which of these chunks need no thinned one: their original is there, or went by a purge that thins nothing.
select w.run, w.seq from unnest(%(runs)s::uuid[], %(seqs)s::int[], %(starts)s::timestamptz[]) as w (run, seq, start_at)
join run r on r.run = w.run
where exists (select from chunk c where c.camera_id = r.camera_id and c.run_no = r.run_no and c.seq = w.seq and c.start_at = w.start_at)
   or exists (select from tombstone t join purge_run p using (purge_id)
              where t.camera_id = r.camera_id and t.run_no = r.run_no and t.seqs @> w.seq and p.kind <> 'thinned');

-- thinning_odd --
-- Thinning policies, batches and thinned chunks that no entry tells of, or that name what is not there. Steps of policies that
-- wait or were withdrawn are told since the first proposal that has an entry.
select 'thinning_policy' as what, t.thinning_id::text as place
from thinning_policy t left join ledger_entry e using (entry_id) left join ledger_entry o on o.entry_id = t.proposal_entry
where ((t.state = 'accepted' or t.entry_id is not null)
       and (e.kind is distinct from 'thinned' or exists (select from thinning_batch b where b.entry_id = t.entry_id)))
   or (t.proposal_entry is not null and o.kind is distinct from 'thinned')
   or exists (select from thinning_policy x where x.thinning_id <> t.thinning_id and x.proposal_entry = t.proposal_entry)
   or (t.thinning_id > (select min(thinning_id) from thinning_policy where proposal_entry is not null)
       and ((t.mode is not null and t.proposal_entry is null) or (t.state = 'withdrawn' and t.entry_id is null)))
union all
select 'thinning_batch', concat_ws(' ', coalesce(k.code, b.camera_id::text), b.batch_id) from thinning_batch b
left join ledger_entry e using (entry_id) left join camera k using (camera_id)
where e.kind is distinct from 'thinned' or k.camera_id is null or exists (select from thinning_policy t where t.entry_id = b.entry_id)
union all
(select 'thinned_chunk', concat_ws(' ', coalesce(k.code, t.camera_id::text), coalesce(r.run::text, t.run_no::text), t.seq)
 from thinned_chunk t left join run r using (run_no) left join camera k on k.camera_id = t.camera_id
 where r.run_no is null or r.camera_id <> t.camera_id or not exists (select from init_segment i where i.init_id = t.init_id)
    or not exists (select from init_segment i where i.init_id = t.thin_init_id)
    or not exists (select from seal s where (s.camera_id, s.hour, s.part) = (t.camera_id, t.hour, t.part)
                   and s.run_no = t.run_no and t.seq between s.first_seq and s.last_seq)
    or (t.batch_id is not null and not exists (
          select from thinning_batch b where b.batch_id = t.batch_id and b.camera_id = t.camera_id
          and t.start_at >= b.day and t.start_at < b.day + interval '1 day'))
 limit 1000);

-- thinned_tombstones_odd --
-- As tombstones_odd, of what thinning had left.
select t.hour, t.part, t.purge_id, t.what from (
  select t.hour, t.part, t.purge_id, case
    when s.camera_id is null then 'no such seal'
    when s.run_no <> t.run_no then 'of another run'
    when not int4multirange(int4range(s.first_seq, s.last_seq + 1)) @> t.seqs then 'numbers that are not under its seal'
    when not s.spans @> t.spans then 'times that are not under its seal'
    when t.n <> (select coalesce(sum(upper(q) - lower(q)), 0) from unnest(t.seqs) as q) then 'another count than numbers'
    when exists (select from thinned_tombstone o where (o.camera_id, o.hour, o.part) = (t.camera_id, t.hour, t.part)
                 and o.purge_id <> t.purge_id and o.seqs && t.seqs) then 'taken twice'
    when p.purge_id is null or p.state in ('noticed', 'cancelled') then 'a purge that never began'
    when p.state = 'done' and t.gone_at is null then 'not confirmed as gone by a purge that is done'
    when exists (select from thinned_chunk c where c.camera_id = t.camera_id and c.run_no = t.run_no and t.seqs @> c.seq
                 and c.start_at >= t.hour and c.start_at < t.hour + interval '1 hour') then 'thinned chunks that are there'
  end as what
  from thinned_tombstone t left join seal s using (camera_id, hour, part) left join purge_run p using (purge_id)
  where t.camera_id = %(camera_id)s
) t where t.what is not null order by t.hour, t.part, t.purge_id limit 1000;

-- finding_of --
-- The finding that an entry tells of first, by that entry's leaf; with the leaf of the entry of how it ended.
select f.*, k.code as camera, r.run::text, e.leaf as end_leaf
from ledger_entry n join scrub_finding f on f.entry_id = n.entry_id
left join camera k using (camera_id) left join run r using (run_no) left join ledger_entry e on e.entry_id = f.resolved_entry
where n.leaf = %(leaf)s;

-- findings_after --
-- A page of findings with their entries.
select f.finding_id, f.object_key, f.resolution, f.resolved_at, n.kind as kind_told, n.bytes as told, e.kind as kind_ended, e.bytes as ended
from scrub_finding f left join ledger_entry n on n.entry_id = f.entry_id left join ledger_entry e on e.entry_id = f.resolved_entry
where f.finding_id > %(finding_id)s order by f.finding_id limit %(limit)s;
