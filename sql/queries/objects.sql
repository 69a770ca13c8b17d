-- What rows say lies in the object store. Streams of one camera come in the order of their keys.

-- cameras --
select camera_id, code from camera order by code;

-- runs --
-- Runs of a camera that have chunks.
select run_no, run::text, opened_at, last_end from run where camera_id = %(camera_id)s and last_end is not null
order by run::text collate "C";

-- chunks --
-- A page of a run's chunks, purged ones not among them. A run's clock only jumps back by less than its 20 minutes.
select run_no, seq, start_at, dur_us, size, sha256, crc32, fragments, pending, dropped from chunk_entry
where camera_id = %(camera_id)s and run_no = %(run_no)s and start_at > %(after)s
order by start_at limit %(limit)s;

-- thinned_chunks --
-- The same of what thinning keeps of a run, in the columns of chunks: sizes and digests are those of the thinned ones.
select run_no, seq, start_at, dur_us, thin_size as size, thin_sha256 as sha256, thin_crc32 as crc32, false as pending, false as dropped
from thinned_chunk
where camera_id = %(camera_id)s and run_no = %(run_no)s and start_at > %(after)s
order by start_at limit %(limit)s;

-- thinned_chunk --
-- The same of one, as it stands now.
select t.camera_id, k.code as camera, t.run_no, r.run::text, t.seq, t.start_at, t.dur_us, t.thin_size as size, t.thin_sha256 as sha256,
       t.thin_crc32 as crc32, false as pending, false as dropped
from thinned_chunk t join run r using (run_no) join camera k on k.camera_id = t.camera_id
where t.camera_id = %(camera_id)s and t.run_no = %(run_no)s and t.start_at = %(start_at)s;

-- thinned_named --
-- Whether there is a thinned chunk of this run and number by now.
select t.run_no from run r join camera k using (camera_id) join thinned_chunk t on t.camera_id = r.camera_id and t.run_no = r.run_no
where k.code = %(camera)s and r.run::text = %(run)s and t.seq = %(seq)s
  and t.start_at >= r.opened_at - interval '20 minutes' and t.start_at <= r.last_end;

-- thinned_purged --
-- What a purge says of a thinned chunk whose row it took; as purged.
select t.camera_id, t.run_no, t.claimed_at, t.gone_at is not null as gone, lower(t.spans) as start_at,
       (extract(epoch from upper(t.spans) - lower(t.spans)) * 1000000)::bigint as dur_us
from run r join camera k using (camera_id) join thinned_tombstone t on t.camera_id = r.camera_id and t.run_no = r.run_no
where k.code = %(camera)s and r.run::text = %(run)s and t.seqs @> %(seq)s::int;

-- chunk_named --
-- Whether there is a chunk of this run and number by now.
select c.run_no from run r join camera k using (camera_id) join chunk c on c.camera_id = r.camera_id and c.run_no = r.run_no
where k.code = %(camera)s and r.run::text = %(run)s and c.seq = %(seq)s
  and c.start_at >= r.opened_at - interval '20 minutes' and c.start_at <= r.last_end;

-- purged --
-- What a purge says of a chunk whose row it took: whether its object is to be gone by now, and whose hour it was of.
select t.camera_id, t.run_no, t.claimed_at, t.gone_at is not null as gone, lower(t.spans) as start_at,
       (extract(epoch from upper(t.spans) - lower(t.spans)) * 1000000)::bigint as dur_us
from run r join camera k using (camera_id) join tombstone t on t.camera_id = r.camera_id and t.run_no = r.run_no
where k.code = %(camera)s and r.run::text = %(run)s and t.seqs @> %(seq)s::int;

-- seals --
-- A page of a camera's seals whose lines the store must have.
select s.hour, s.part, s.n, s.root, s.run_no, s.first_seq, s.last_seq,
       (select sum(t.n) from tombstone t where (t.camera_id, t.hour, t.part) = (s.camera_id, s.hour, s.part)) as taken
from seal s
where s.camera_id = %(camera_id)s and (s.hour, s.part::text collate "C") > (%(hour)s, %(part)s)
  and not exists (select from seal_owed o where o.what = 'lines' and (o.camera_id, o.hour, o.part) = (s.camera_id, s.hour, s.part))
order by s.hour, s.part::text collate "C" limit %(limit)s;

-- packages --
-- Sealed packages, receipts in the store and processed copies that are ready, in pages of the cases they belong to.
select j.case_id, 'package' as what, j.export_id as id, j.package as name, j.size, j.sha256, null::int as exhibit
from export_job j where j.state = 'sealed' and j.case_id = any(%(cases)s)
union all
select r.case_id, 'receipt', r.export_id, '', null, r.file_sha256, null
from export_receipt r where r.file_sha256 is not null and r.case_id = any(%(cases)s)
union all
select d.case_id, 'derivative', d.derivative_id, k.code, d.size, d.sha256, d.exhibit
from case_derivative d join camera k using (camera_id) where d.state = 'ready' and d.case_id = any(%(cases)s)
order by case_id, what, id, name;

-- touching --
-- Holds that cover any of a span, and the cases that they are for.
select distinct h.hold_id, coalesce(c.number, '') as number
from legal_hold_span s join legal_hold h using (hold_id) left join case_file c using (case_id)
where s.camera_id = %(camera_id)s and s.to_at > %(from)s and s.from_at < %(to)s order by h.hold_id;
