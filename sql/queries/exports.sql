-- Evidence packages: jobs and the files of sealed ones.

-- lock_case --
-- Packages of a case are numbered one after the other.
select case_id from case_file where case_id = %(case_id)s for no key update;

-- add --
insert into export_job (export_id, case_id, number, exhibits, person, recipient, reason, letter, package, wait_for_witnesses, derivatives,
                        only_derivatives, imported_files)
select %(export_id)s, %(case_id)s, coalesce(max(number), 0) + 1, %(exhibits)s, %(person)s, %(recipient)s, %(reason)s, %(letter)s,
       %(stem)s || '-' || lpad((coalesce(max(number), 0) + 1)::text, 4, '0'), %(wait_for_witnesses)s, %(derivatives)s, %(only_derivatives)s,
       %(imported_files)s
from export_job where case_id = %(case_id)s;

-- one --
select j.export_id, j.case_id, c.code as "case", j.number, j.exhibits, j.person, j.recipient, j.reason, j.letter, j.requested_at, j.state,
       j.stage, j.done_bytes, j.total_bytes, j.attempts, j.last_error, j.package, j.upload_id, j.size, j.sha256, j.sealed_at, j.warnings,
       j.wait_for_witnesses, j.waits, j.derivatives, j.only_derivatives, j.imported_files
from export_job j join case_file c using (case_id) where export_id = %(export_id)s;

-- of_case --
select j.export_id, j.case_id, c.code as "case", j.number, j.exhibits, j.person, j.recipient, j.reason, j.letter, j.requested_at, j.state,
       j.stage, j.done_bytes, j.total_bytes, j.attempts, j.last_error, j.package, j.upload_id, j.size, j.sha256, j.sealed_at, j.warnings,
       j.wait_for_witnesses, j.waits, j.derivatives, j.only_derivatives, j.imported_files
from export_job j join case_file c using (case_id)
where j.case_id = %(case_id)s and j.number > %(after)s order by j.number limit %(limit)s;

-- claim --
-- The oldest that nobody works on; a worker that died loses its claim by time.
update export_job set state = 'building', attempts = attempts + 1, claimed_until = now() + %(claim_s)s * interval '1 second'
where export_id = (
  select export_id from export_job where state in ('queued', 'building') and claimed_until < now()
  order by requested_at limit 1 for update skip locked
)
returning export_id;

-- progress --
-- Keeps the claim as well; answers nothing when it was lost meanwhile.
update export_job set done_bytes = %(done)s, total_bytes = %(total)s, stage = %(stage)s,
                      claimed_until = now() + %(claim_s)s * interval '1 second'
where export_id = %(export_id)s and state = 'building' and attempts = %(attempts)s returning export_id;

-- upload --
update export_job set upload_id = %(upload_id)s where export_id = %(export_id)s;

-- warn --
update export_job set warnings = %(warnings)s where export_id = %(export_id)s and attempts = %(attempts)s;

-- later --
-- Tried again after a pause.
update export_job set last_error = %(error)s, claimed_until = now() + %(pause_s)s * interval '1 second'
where export_id = %(export_id)s and state = 'building' and attempts = %(attempts)s;

-- wait --
-- Looked at again after a pause; that is no failure.
update export_job set stage = 'witnesses', waits = waits + 1, last_error = '',
                      claimed_until = now() + %(pause_s)s * interval '1 second'
where export_id = %(export_id)s and state = 'building' and attempts = %(attempts)s;

-- fail --
update export_job set state = 'failed', last_error = %(error)s, claimed_until = '-infinity', upload_id = ''
where export_id = %(export_id)s and state = 'building' and attempts = %(attempts)s returning export_id;

-- seal --
update export_job set state = 'sealed', size = %(size)s, sha256 = %(sha256)s, sealed_at = now(), done_bytes = %(size)s,
                      total_bytes = %(size)s, stage = '', last_error = '', claimed_until = '-infinity', upload_id = ''
where export_id = %(export_id)s and state = 'building' and attempts = %(attempts)s returning export_id;

-- add_file --
insert into export_file (export_id, path, class, size, sha256, nal_sha256, camera_id, start_at, end_at)
values (%(export_id)s, %(path)s, %(class)s, %(size)s, %(sha256)s, %(nal_sha256)s, %(camera_id)s, %(start_at)s, %(end_at)s)
on conflict do nothing;

-- files_known --
-- Files of packages with these bytes, or these frames, of footage that the asker may see; `seen` where the case is one's to see.
select f.path, f.class, f.sha256, f.start_at, f.end_at, c.code as camera, c.name, j.package,
       %(everything)s or exists (select 1 from case_member m where m.case_id = j.case_id and m.person_id = %(person_id)s) as seen
from export_file f join camera c using (camera_id) join export_job j using (export_id)
where (f.sha256 = %(sha256)s or f.nal_sha256 = %(nal_sha256)s)
  and (%(sight)s::int is null or footage_seen_v1(%(sight)s, c.camera_id, c.agency_id, f.start_at, f.end_at))
order by seen desc, j.sealed_at, f.path limit 100;

-- package_known --
-- The sealed package with these bytes, else the one of this name, if it has footage that the asker may see.
select j.export_id, j.package, j.size, j.sha256, j.sealed_at, j.exhibits, j.person, j.recipient, j.reason, j.letter, j.requested_at,
       c.code as "case", c.number, (select count(*) from export_file f where f.export_id = j.export_id) as files,
       %(everything)s or exists (select 1 from case_member m where m.case_id = j.case_id and m.person_id = %(person_id)s) as seen
from export_job j join case_file c using (case_id)
where j.state = 'sealed' and (j.sha256 = %(sha256)s or j.package = %(package)s)
  and (%(sight)s::int is null or exists (
    select 1 from export_file f join camera k using (camera_id)
    where f.export_id = j.export_id and footage_seen_v1(%(sight)s, k.camera_id, k.agency_id, f.start_at, f.end_at)))
order by j.sha256 = %(sha256)s desc limit 1;

-- members_own --
-- Files of a package by their paths, of footage that the asker may see.
select f.path, f.sha256 from export_file f join camera c using (camera_id)
where f.export_id = %(export_id)s and f.path = any(%(paths)s) and (%(sight)s::int is null or footage_seen_v1(%(sight)s, c.camera_id, c.agency_id, f.start_at, f.end_at));

-- members_known --
-- Which of these digests are of files of our packages, of footage that the asker may see.
select distinct f.sha256 from export_file f join camera c using (camera_id)
where f.sha256 = any(%(digests)s) and (%(sight)s::int is null or footage_seen_v1(%(sight)s, c.camera_id, c.agency_id, f.start_at, f.end_at));

-- sealed_spans --
-- What was recorded of a camera in a window, as its seals tell also after a purge. Chunks start in their seal's hour.
select lower(span) as start_at, upper(span) as end_at
from (select unnest(spans) as span from seal
      where camera_id = %(camera_id)s and hour > %(from)s::timestamptz - interval '2 hours' and hour < %(to)s) sealed
where span && tstzrange(%(from)s, %(to)s)
order by start_at;

-- purged_chunk --
-- The purge that took a chunk of a seal.
select purge_id from tombstone
where camera_id = %(camera_id)s and hour = %(hour)s and part = %(part)s and seqs @> %(seq)s::int;

-- seal_of --
-- The seal over a chunk of a run.
select k.code as camera, s.camera_id, s.hour, s.part, s.first_seq
from seal s join run r using (run_no) join camera k on k.camera_id = s.camera_id
where r.run = %(run)s and s.camera_id = r.camera_id and %(seq)s between s.first_seq and s.last_seq
order by s.part limit 1;

-- chunk_of --
-- A chunk of a run by its number, where its row is still there.
select e.* from run r join chunk_entry e on e.camera_id = r.camera_id and e.run_no = r.run_no
where r.run = %(run)s and e.seq = %(seq)s and e.start_at = %(start)s;

-- signature --
select signature from export_signature where export_id = %(export_id)s and digest = %(digest)s;

-- add_signature --
insert into export_signature (export_id, digest, signature) values (%(export_id)s, %(digest)s, %(signature)s)
on conflict do nothing;
