-- Files that were brought from other recorders, and the runs made of them.

-- lock --
-- One import of a file at a time, until the transaction ends.
select pg_advisory_xact_lock(hashtext('saksi import'), hashtext(%(sha256)s::text));

-- known --
-- The import of a file that is still there.
select i.*, c.code as camera, r.run::text, r.last_seq, e.leaf from import_file i
join camera c using (camera_id) join ledger_entry e using (entry_id) left join run r using (run_no)
where i.sha256 = %(sha256)s and i.gone_at is null;

-- opening --
-- The run of an import, as its opening tells of it.
select r.*, c.code as camera from run r join camera c using (camera_id) where r.run_no = %(run_no)s;

-- add --
insert into import_file (camera_id, run_no, sha256, size, container, start_at, end_at, clock_offset_us, made_at, entry_id, nonce, body)
values (%(camera_id)s, %(run_no)s, %(sha256)s, %(size)s, %(container)s, %(start_at)s, %(end_at)s, %(clock_offset_us)s, %(made_at)s,
        %(entry_id)s, %(nonce)s, %(body)s)
returning import_id;

-- pending --
-- Whether a chunk of the run still awaits its object.
select 1 from chunk_pending p join run r using (run_no) where r.run = %(run)s and p.seq = %(seq)s;

-- done --
-- All of it is in: it ends where its footage does.
update import_file i set state = 'done', end_at = coalesce((select r.last_end from run r where r.run_no = i.run_no), i.end_at)
where import_id = %(import_id)s and state = 'arriving';

-- over --
-- Imports with footage of a window, for what shows coverage.
select i.camera_id, greatest(v.start_at, %(from)s) as start_at, least(v.end_at, %(to)s) as end_at
from import_file i cross join lateral (
  select start_at, end_at from coverage_run c where c.camera_id = i.camera_id and c.run_no = i.run_no
  union all
  select stretch_start, last_end from run r where r.run_no = i.run_no and r.stretch_start is not null
) v
where i.camera_id = any(%(cameras)s) and i.start_at < %(to)s and v.start_at < %(to)s and v.end_at > %(from)s
order by i.camera_id, start_at;

-- list --
select i.*, c.code as camera, r.run::text, r.last_seq from import_file i join camera c using (camera_id) left join run r using (run_no)
where (%(agencies)s::int[] is null or c.agency_id = any(%(agencies)s::int[])) and (%(import_id)s::int is null or i.import_id = %(import_id)s)
order by i.import_id desc limit %(limit)s;

-- keeping --
-- How long a camera keeps what it recorded.
select keep_us from camera_policy_v1(%(at)s) where camera_id = %(camera_id)s;

-- spent --
-- Files of which no footage is left, neither whole nor thinned, and no hold is on their span; those kept alone when their
-- camera's policy is over. An import that nobody finished within a week counts as it stands.
select i.import_id, i.sha256, i.size, c.code as camera, r.run::text, e.leaf
from import_file i join camera c using (camera_id) join ledger_entry e using (entry_id) left join run r using (run_no)
where i.gone_at is null and (i.state = 'done' or i.made_at < %(now)s::timestamptz - interval '7 days') and not held_v1(i.camera_id, i.start_at, i.end_at)
  and case when i.run_no is null
      then i.end_at + (select keep_us from camera_policy_v1(%(now)s) p where p.camera_id = i.camera_id) * interval '1 microsecond' < %(now)s
      else not exists (select from chunk k where k.camera_id = i.camera_id and k.run_no = i.run_no
                       and k.start_at >= i.start_at - interval '20 minutes' and k.start_at <= i.end_at)
       and not exists (select from thinned_chunk t where t.camera_id = i.camera_id and t.run_no = i.run_no)
       and not exists (select from tombstone t where t.camera_id = i.camera_id and t.run_no = i.run_no and t.gone_at is null)
      end
order by i.import_id limit %(limit)s;

-- gone --
update import_file set gone_at = %(at)s, gone_entry = %(entry_id)s where import_id = %(import_id)s;

-- objects --
-- Every file that the store must have.
select i.import_id, encode(i.sha256, 'hex') as sha256, i.size, c.code as camera, i.state from import_file i join camera c using (camera_id)
where i.gone_at is null order by encode(i.sha256, 'hex') collate "C";

-- of_entry --
-- What an entry tells of, as the catalogue has it.
select i.*, c.code as camera, r.run::text, e.leaf as entry_leaf, g.leaf as gone_leaf
from import_file i join camera c using (camera_id) left join run r using (run_no)
join ledger_entry e using (entry_id) left join ledger_entry g on g.entry_id = i.gone_entry
where e.leaf = %(leaf)s or g.leaf = %(leaf)s;

-- of_runs --
-- What the log was told of the imports of these runs, and what it commits to.
select i.run_no, i.entry_id, e.leaf, i.nonce, i.body from import_file i join ledger_entry e using (entry_id)
where i.run_no = any(%(run_nos)s::int[]) order by i.entry_id;

-- bodies --
-- What the log commits to of the imports of these runs, by their names.
select r.run::text, i.body from import_file i join run r using (run_no) where r.run = any(%(runs)s::uuid[]) order by i.import_id;

-- files_of_runs --
-- The imports of these runs, also those whose file was erased.
select i.*, c.code as camera, r.run::text, r.last_seq from import_file i
join camera c using (camera_id) join run r using (run_no)
where i.run_no = any(%(run_nos)s::int[]) order by c.code, i.start_at, r.run;

-- strays --
-- Runs that say they were imported, and no import tells of them; imports of a run that says otherwise.
select coalesce(r.run::text, i.import_id::text) as place
from run r full join import_file i using (run_no)
where (r.origin = 'import' and i.run_no is null) or (i.run_no is not null and r.file_sha256 is distinct from i.sha256);
