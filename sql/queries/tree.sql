-- The tree of the log: places, tiles, checkpoints, what is published and what others signed.

-- lock --
-- One process at a time gives places and signs; the lock ends with the transaction.
select pg_try_advisory_xact_lock(hashtext('saksi ledger')) as held;

-- lock_publishing --
select pg_try_advisory_xact_lock(hashtext('saksi ledger publishing')) as held;

-- lock_copying --
select pg_try_advisory_xact_lock(hashtext('saksi ledger copying')) as held;

-- pending --
-- In the order in which they were added: the entries of a chain follow one another.
select p.entry_id, e.leaf from ledger_pending p join ledger_entry e using (entry_id) order by p.entry_id limit %(limit)s;

-- last_pending --
select coalesce(max(entry_id), 0) as entry_id, count(*) as pending from ledger_pending;

-- oldest_pending --
select e.at from ledger_pending p join ledger_entry e using (entry_id) order by p.entry_id limit 1;

-- still_pending --
select exists (select from ledger_pending where entry_id <= %(entry_id)s) as pending;

-- placed --
select coalesce(max(idx) + 1, 0) as size from ledger_leaf;

-- place --
insert into ledger_leaf (idx, entry_id) select * from unnest(%(places)s::bigint[], %(entries)s::bigint[]);

-- no_longer_pending --
delete from ledger_pending where entry_id = any(%(entries)s::bigint[]);

-- tile --
select substring(hashes from 1 for %(bytes)s) as hashes from ledger_tile where level = %(level)s and tile = %(tile)s;

-- keep_tiles --
insert into ledger_tile (level, tile, hashes)
select * from unnest(%(levels)s::int2[], %(tiles)s::bigint[], %(hashes)s::bytea[])
on conflict (level, tile) do update set hashes = excluded.hashes;

-- add_checkpoint --
insert into ledger_checkpoint (size, root, note) values (%(size)s, %(root)s, %(note)s);

-- newest --
select size, root, note, made_at from ledger_checkpoint order by size desc limit 1;

-- newest_until --
select size, root, note, made_at from ledger_checkpoint where size <= %(size)s order by size desc limit 1;

-- newest_cosigned --
-- One that may be shown and that somebody outside has signed.
select c.size, c.root, c.note, c.made_at from ledger_cosignature s join ledger_checkpoint c using (size)
where s.size <= (select size from ledger_published)
order by s.size desc limit 1;

-- cosigned_from --
-- Checkpoints that may be shown and cover so many leaves, those that most outsiders signed first, of equals the newest.
select c.size, c.root, c.note, c.made_at
from ledger_checkpoint c
join (select size, count(*) as signed from ledger_cosignature where size >= %(size)s group by size) s using (size)
where c.size <= (select size from ledger_published)
order by s.signed desc, c.size desc limit 20;

-- cosignatures --
select name, line, at from ledger_cosignature where size = %(size)s order by arrived;

-- published --
select size, uploaded, locked from ledger_published;

-- set_uploaded --
update ledger_published set uploaded = %(uploaded)s;

-- set_published --
update ledger_published set size = %(size)s;

-- publish_anew --
update ledger_published set size = 0, uploaded = 0;

-- place_of --
select l.idx, l.entry_id from ledger_entry e left join ledger_leaf l using (entry_id) where e.leaf = %(leaf)s;

-- entries --
-- Exact bytes by place.
select e.bytes from ledger_leaf l join ledger_entry e using (entry_id)
where l.idx >= %(start)s and l.idx < %(end)s order by l.idx;

-- log_keys --
-- Every key that ever signed checkpoints.
select public from signing_key where role = 'log' order by enrolled_at, key_id;

-- set_locked --
update ledger_published set locked = %(locked)s;

-- newest_of_kind --
select bytes, at from ledger_entry where chain = %(chain)s and kind = %(kind)s order by seq desc limit 1;

-- add_cosignature --
insert into ledger_cosignature (size, name, line, at) values (%(size)s, %(name)s, %(line)s, %(at)s) on conflict do nothing;

-- stamp --
select tsr, at from ledger_stamp where size = %(size)s;

-- newest_stamp --
select size, tsr, at from ledger_stamp order by size desc limit 1;

-- add_stamp --
insert into ledger_stamp (size, tsr, at) values (%(size)s, %(tsr)s, %(at)s) on conflict do nothing;

-- recent --
-- Checkpoints that a cosignature in a file may be over, newest first.
select size, root, note, made_at from ledger_checkpoint where size <= %(size)s order by size desc limit 5000;

-- last_cosigned_by --
select coalesce(max(size), 0) as size from ledger_cosignature where name = %(name)s;

-- checkpoints_after --
select size, root, note, made_at from ledger_checkpoint where size > %(size)s order by size limit %(limit)s;

-- placed_from --
-- A page of entries in the order of their places.
select l.idx, e.chain, e.seq, e.kind, e.at, e.leaf, e.bytes, e.signature, e.key_id
from ledger_leaf l join ledger_entry e using (entry_id) where l.idx >= %(start)s order by l.idx limit %(limit)s;

-- without_place --
-- Entries beyond the tree, in the order in which they were added.
select e.chain, e.seq, e.kind, e.at, e.leaf, e.bytes, e.signature, e.key_id, p.entry_id is not null as pending
from ledger_entry e left join ledger_leaf l using (entry_id) left join ledger_pending p using (entry_id)
where l.entry_id is null order by e.entry_id;

-- keys --
select k.key_id, k.role, k.name, k.public, k.enrolled_at, e.revoked_at, e.reason from signing_key k left join signing_key_end e using (key_id)
order by k.key_id;

-- chains --
select chain, seq, leaf from ledger_chain order by chain;

-- run_of --
-- A run, and the leaves of the entries that stand for its opening and closing.
select r.*, c.code as camera,
       (select e.leaf from run_entry x join ledger_entry e using (entry_id) where x.run_no = r.run_no and x.event = 'open') as open_leaf,
       (select e.leaf from run_entry x join ledger_entry e using (entry_id) where x.run_no = r.run_no and x.event = 'close') as close_leaf
from run r join camera c using (camera_id) where r.run::text = %(run)s;

-- seal_of --
select s.*, k.code as camera,
       (select e.leaf from seal_entry x join ledger_entry e using (entry_id)
        where (x.camera_id, x.hour, x.part) = (s.camera_id, s.hour, s.part)) as entry_leaf
from seal s join run r using (run_no) join camera k on k.camera_id = s.camera_id
where r.run::text = %(run)s and s.first_seq = %(first_seq)s order by s.hour, s.part;

-- chunks_of_seal --
select * from chunk_entry
where camera_id = %(camera_id)s and run_no = %(run_no)s and seq between %(first_seq)s and %(last_seq)s
  and start_at >= %(hour)s and start_at < %(hour)s::timestamptz + interval '1 hour'
order by seq;

-- one_snapshot --
-- What follows in the transaction is seen as it stood at one moment.
set transaction isolation level repeatable read;

-- unlogged --
-- Rows that no entry tells of and that none is owed to.
select 'run' as what, r.run::text as place from run r
where not exists (select from run_entry e where e.run_no = r.run_no and e.event = 'open')
  and not exists (select from run_owed o where o.run_no = r.run_no and o.event = 'open')
union all
select 'seal', concat_ws(' ', c.code, s.hour, s.part) from seal s join camera c using (camera_id)
where not exists (select from seal_entry e where (e.camera_id, e.hour, e.part) = (s.camera_id, s.hour, s.part))
  and not exists (select from seal_owed o where o.what = 'entry' and (o.camera_id, o.hour, o.part) = (s.camera_id, s.hour, s.part));

-- tiles_odd --
-- Tiles with more or fewer hashes than the tree has there.
select level, tile from ledger_tile,
       (select coalesce(max(idx) + 1, 0) as size from ledger_leaf) tree
where length(hashes) <> 32 * least(256, greatest(0, case when level < 8 then size >> (8 * level) else 0 end - 256 * tile))
order by level, tile limit 1000;

-- pending_placed --
select e.chain, e.seq from ledger_pending p join ledger_leaf l using (entry_id) join ledger_entry e using (entry_id)
order by p.entry_id limit 1000;

-- pulse_of --
select p.lines, p.recorder, p.at from pulse p join ledger_entry e using (entry_id) where e.leaf = %(leaf)s;
