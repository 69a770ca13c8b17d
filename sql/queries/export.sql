-- What an evidence package is gathered from.

-- runs --
-- Runs of a camera that were open at some time of the span, in order of opening.
select r.run_no, r.run, r.recorder, r.parent, r.opened_at, r.closed_at, r.closed_tip, r.last_seq, r.last_end, r.sealed_seq, r.tip
from run r
where r.camera_id = %(camera_id)s and r.opened_at < %(to)s and coalesce(r.last_end, r.closed_at, 'infinity') >= %(from)s
order by r.opened_at, r.run_no;

-- run_before --
-- The run with the last footage before the span.
select r.run_no, r.run, r.recorder, r.parent, r.opened_at, r.closed_at, r.closed_tip, r.last_seq, r.last_end, r.sealed_seq, r.tip
from run r
where r.camera_id = %(camera_id)s and r.opened_at < %(from)s and r.last_end < %(from)s and r.origin = 'live'
order by r.last_end desc limit 1;

-- run_after --
-- The first run opened after the span.
select r.run_no, r.run, r.recorder, r.parent, r.opened_at, r.closed_at, r.closed_tip, r.last_seq, r.last_end, r.sealed_seq, r.tip
from run r
where r.camera_id = %(camera_id)s and r.opened_at >= %(to)s and r.origin = 'live'
order by r.opened_at, r.run_no limit 1;

-- run_of_tip --
-- The run of a camera that was closed with this tip, or stands at it.
select r.run_no, r.run, r.recorder, r.parent, r.opened_at, r.closed_at, r.closed_tip, r.last_seq, r.last_end, r.sealed_seq, r.tip
from run r
where r.camera_id = %(camera_id)s and (r.closed_tip = %(tip)s or r.tip = %(tip)s)
order by r.run_no limit 1;

-- run_chunks --
-- Chunks of a run that touch the span, with the one before and the one after.
with inside as (
  select min(seq) as first, max(seq) as last from chunk
  where camera_id = %(camera_id)s and run_no = %(run_no)s
    and start_at >= %(from)s::timestamptz - interval '20 minutes' and start_at < %(to)s
    and start_at + dur_us * interval '1 microsecond' > %(from)s
), before as (
  select max(seq) as seq from chunk
  where camera_id = %(camera_id)s and run_no = %(run_no)s and start_at >= %(opened_at)s::timestamptz - interval '20 minutes'
    and start_at < %(from)s
), around as (
  select coalesce(inside.first - 1, before.seq, 0) as first, coalesce(inside.last + 1, before.seq + 1, 1) as last from inside, before
)
select e.* from chunk_entry e, around
where e.camera_id = %(camera_id)s and e.run_no = %(run_no)s and e.seq between around.first and around.last
  and e.start_at >= %(opened_at)s::timestamptz - interval '20 minutes' and e.start_at < %(until)s::timestamptz + interval '1 second'
order by e.seq;

-- sealed_around --
-- First and last number of the seals of a run that touch the span; where none does, of nothing behind the one before it.
with mine as materialized (
  select first_seq, last_seq, lower(spans) as start_at, upper(spans) as end_at from seal
  where camera_id = %(camera_id)s and run_no = %(run_no)s and hour >= %(opened_at)s::timestamptz - interval '2 hours'
)
select coalesce(min(first_seq) filter (where end_at > %(from)s and start_at < %(to)s), max(last_seq) filter (where end_at <= %(from)s) + 1, 1) as first,
       coalesce(max(last_seq) filter (where end_at > %(from)s and start_at < %(to)s), max(last_seq) filter (where end_at <= %(from)s), 0) as last
from mine;

-- purged_numbers --
-- What purges took of some numbers of a run, with the seals that it was under and the entries that the log has of the purge.
select k.code as camera, s.hour, s.part, s.first_seq, t.purge_id, t.seqs, p.notice_entry, p.done_entry, e.leaf as done
from tombstone t join seal s using (camera_id, hour, part) join camera k on k.camera_id = t.camera_id join purge_run p using (purge_id)
left join ledger_entry e on e.entry_id = p.done_entry
where t.camera_id = %(camera_id)s and t.run_no = %(run_no)s and t.hour >= %(opened_at)s::timestamptz - interval '2 hours'
  and s.last_seq >= %(first)s and s.first_seq <= %(last)s
order by s.first_seq, t.purge_id;

-- thinned_told --
-- What the log was told of thinned chunks of a run.
select t.seq, b.batch_id, k.code as camera, b.day, b.root, b.entry_id, e.leaf
from thinned_chunk t join thinning_batch b using (batch_id) join camera k on k.camera_id = t.camera_id
join ledger_entry e on e.entry_id = b.entry_id
where t.camera_id = %(camera_id)s and t.run_no = %(run_no)s and t.start_at >= %(from)s and t.start_at <= %(to)s
  and t.seq = any(%(seqs)s::int[])
order by t.seq;

-- chunks_numbered --
select * from chunk_entry
where camera_id = %(camera_id)s and run_no = %(run_no)s and seq = any(%(seqs)s::int[])
  and start_at >= %(opened_at)s::timestamptz - interval '20 minutes' and start_at < %(until)s::timestamptz + interval '1 second';

-- last_chunk --
select * from chunk_entry
where camera_id = %(camera_id)s and run_no = %(run_no)s and seq = %(seq)s
  and start_at >= %(opened_at)s::timestamptz - interval '20 minutes' and start_at <= %(until)s;

-- seals --
-- Seals of a run over some of its chunks, in order, with their entries.
select k.code as camera, s.hour, s.part, s.run_no, s.first_seq, s.last_seq, e.entry_id, l.leaf
from seal s join camera k using (camera_id) join seal_entry e using (camera_id, hour, part) join ledger_entry l using (entry_id)
where s.camera_id = %(camera_id)s and s.run_no = %(run_no)s and s.last_seq >= %(first)s and s.first_seq <= %(last)s
order by s.first_seq;

-- run_entries --
select run_no, event, entry_id from run_entry where run_no = any(%(run_nos)s) order by entry_id;

-- chain_entries --
-- The whole of a chain, such as a case's custody.
select entry_id from ledger_entry where chain = %(chain)s order by seq;

-- key_entries --
-- How the keys that signed became known, and ended.
select e.entry_id from ledger_entry e where e.chain = 'keys' and (e.key_id = any(%(key_ids)s) or e.kind = 'key')
order by e.seq;

-- entries --
-- Entries with their places in the tree, in order of place; one without a place yet has none.
select e.entry_id, e.chain, e.seq, e.kind, e.leaf, e.bytes, e.signature, e.key_id, l.idx
from ledger_entry e left join ledger_leaf l using (entry_id)
where e.entry_id = any(%(entry_ids)s)
order by l.idx;

-- entries_at --
-- Entries by their places in the tree.
select e.entry_id, e.chain, e.seq, e.kind, e.leaf, e.bytes, e.signature, e.key_id, l.idx
from ledger_leaf l join ledger_entry e using (entry_id)
where l.idx = any(%(places)s)
order by l.idx;

-- keys --
select k.key_id, k.role, k.name, k.public, k.enrolled_at, x.revoked_at
from signing_key k left join signing_key_end x using (key_id)
where k.key_id = any(%(key_ids)s) order by k.key_id;

-- camera --
-- A camera as it stood at an instant.
select c.code, c.name, a.code as agency, a.name as agency_name, s.code as site, s.name as site_name,
       p.lat, p.lon, p.heading_deg, p.fov_deg
from camera c
join agency a using (agency_id)
left join site s using (site_id)
left join camera_place p on p.camera_id = c.camera_id and p.valid_from <= %(at)s and p.valid_to > %(at)s
where c.camera_id = %(camera_id)s;

-- exhibits --
-- Exhibits of a case with their cameras.
select x.number, x.from_at, x.to_at, x.note, c.camera_id, k.code as camera, c.name, c.lat, c.lon, c.heading_deg, c.fov_deg
from case_exhibit x join case_exhibit_camera c using (exhibit_id) join camera k using (camera_id)
where x.case_id = %(case_id)s and x.number = any(%(numbers)s)
order by x.number, k.code;

-- cosigned_after --
-- For each place in the log the first checkpoint over it that a witness signed.
select distinct (
  select min(c.size) from ledger_cosignature c where c.size > place and c.size <= %(most)s
) as size
from unnest(%(places)s::bigint[]) as place
where exists (select 1 from ledger_cosignature c where c.size > place and c.size <= %(most)s);

-- fresh --
-- Whether a camera that is being recorded has its footage up to an instant in the store.
select s.state = 'recording' and s.seen_at > now() - interval '15 seconds'
       and s.last_frame_at > now() - interval '15 seconds' as recording,
       exists (select 1 from run r where r.camera_id = %(camera_id)s and r.last_end >= %(to)s) as announced,
       exists (select 1 from chunk_pending p where p.camera_id = %(camera_id)s and p.start_at < %(to)s and p.end_at > %(from)s) as pending
from camera c left join camera_status s using (camera_id) where c.camera_id = %(camera_id)s;

-- cut --
select pg_notify('saksi_seal', %(camera)s);

-- exhibit_numbers --
select number from case_exhibit where case_id = %(case_id)s order by number;

-- holds --
select hold_id from legal_hold where case_id = %(case_id)s;
