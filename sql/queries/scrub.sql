-- Scrub: chunks of the store read against their rows, findings, what is sent again, and where the work stands.

-- claim --
-- The work is one worker's for a while; a claim that lies further ahead than any is made by a clock that went back.
update scrub_state set claims = claims + 1, claimed_until = now() + %(claim_s)s * interval '1 second'
where claimed_until < now() or claimed_until > now() + 2 * %(claim_s)s * interval '1 second'
returning claims, list_after, stopped_at is not null as stopped, stopped_keys, next_at <= now() or next_at > now() + interval '1 day' as due,
          list_after is not null or listed_at < now() - interval '1 day' or listed_at > now() as list_due,
          rechecked_at < now() - interval '1 hour' or rechecked_at > now() as recheck_due;

-- let_go --
update scrub_state set claimed_until = '-infinity' where claims = %(claim)s;

-- spend --
-- What was read, and how long it must last; time that was not used is not saved up for more than a beat.
update scrub_state
set bytes_read = bytes_read + %(bytes)s, chunks_read = chunks_read + %(chunks)s, looked = looked + %(chunks)s,
    next_at = case when next_at between now() - interval '10 seconds' and now() + interval '1 day' then next_at
                   else now() - interval '10 seconds' end + %(seconds)s * interval '1 second'
where claims = %(claim)s
returning next_at <= now() as more;

-- pause --
update scrub_state set next_at = now() + %(seconds)s * interval '1 second' where claims = %(claim)s;

-- looked_at --
update scrub_state set looked = looked + %(looked)s, lost = lost + %(lost)s where claims = %(claim)s
returning looked, lost, lifted;

-- begin_listing --
update scrub_state set listed_at = now(), list_after = '', looked = 0, lost = 0, lifted = false
where claims = %(claim)s and list_after is null;

-- listing --
update scrub_state set list_after = %(camera)s where claims = %(claim)s;

-- rechecked --
update scrub_state set rechecked_at = now() where claims = %(claim)s;

-- stop --
update scrub_state set stopped_at = coalesce(stopped_at, now()), stopped_keys = %(keys)s where claims = %(claim)s;

-- go_on --
-- After a stop: everything is back, or a person says that it is lost indeed.
update scrub_state set stopped_at = null, stopped_keys = '{}', next_at = '-infinity', looked = 0, lost = 0, lifted = %(lifted)s,
                       listed_at = case when %(lifted)s then now() else '-infinity' end, list_after = case when %(lifted)s then '' end
where stopped_at is not null or (%(lifted)s and not lifted) returning stopped_at;

-- state --
select bytes_read, chunks_read, stopped_at, lifted, listed_at > '-infinity' as listed from scrub_state;

-- next_camera --
select camera_id, code from camera where code > %(after)s order by code limit 1;

-- ahead --
-- Read at a time that has not come yet: the clock went back since.
update kept_hour set checked_at = '-infinity'
where greatest(checked_at, end_at) > now() + interval '1 minute' and checked_at > now() + interval '1 minute';

-- thinned_ahead --
update thinning_batch set checked_at = '-infinity' where checked_at > now() + interval '1 minute' and checked_at < 'infinity';

-- next_hour --
-- What was verified longest ago, and never twice a day; the store verified everything when it took it.
select h.camera_id, h.hour, h.part, h.checked_seq, h.n, k.code as camera, greatest(h.checked_at, h.end_at) as at
from kept_hour h join camera k using (camera_id)
where greatest(h.checked_at, h.end_at) <= now() and (h.checked_at = '-infinity' or h.checked_at < now() - interval '1 day')
order by greatest(h.checked_at, h.end_at) limit 1;

-- hour --
-- Its chunks that were not read yet in this reading.
select c.camera_id, c.camera, c.run_no, c.run::text, c.seq, c.start_at, c.dur_us, c.size, c.sha256, c.crc32, c.pending, c.dropped
from seal s join chunk_entry c on c.camera_id = s.camera_id and c.run_no = s.run_no and c.seq between s.first_seq and s.last_seq
where s.camera_id = %(camera_id)s and s.hour = %(hour)s and s.part = %(part)s and c.seq > %(checked_seq)s
  and c.start_at >= %(hour)s and c.start_at < %(hour)s::timestamptz + interval '1 hour'
order by c.seq limit %(limit)s;

-- read_to --
update kept_hour set checked_seq = %(checked_seq)s where camera_id = %(camera_id)s and hour = %(hour)s and part = %(part)s;

-- read_whole --
update kept_hour set checked_seq = 0, checked_at = now() where camera_id = %(camera_id)s and hour = %(hour)s and part = %(part)s;

-- next_thinned --
-- The thinned chunks of a camera-day, as the log was told of them, that were verified longest ago.
select b.batch_id, b.camera_id, b.day, b.checked_to, greatest(b.checked_at, b.made_at) as at from thinning_batch b
where greatest(b.checked_at, b.made_at) <= now() and (b.checked_at = '-infinity' or b.checked_at < now() - interval '1 day')
order by greatest(b.checked_at, b.made_at) limit 1;

-- thinned --
-- Those of one that were not read yet in this reading. Two that begin at the same instant may be parted: in the next one.
select t.camera_id, k.code as camera, t.run_no, r.run::text, t.seq, t.start_at, t.dur_us, t.thin_size as size, t.thin_sha256 as sha256,
       t.thin_crc32 as crc32, false as pending, false as dropped
from thinned_chunk t join run r using (run_no) join camera k on k.camera_id = t.camera_id
where t.camera_id = %(camera_id)s and t.start_at >= %(day)s and t.start_at < %(day)s::timestamptz + interval '1 day'
  and t.batch_id = %(batch_id)s and t.start_at > %(checked_to)s
order by t.start_at, t.run_no limit %(limit)s;

-- thinned_to --
update thinning_batch set checked_to = %(checked_to)s where batch_id = %(batch_id)s;

-- thinned_whole --
-- One of which nothing is left is never looked at again.
update thinning_batch b set checked_to = 'epoch', checked_at = case when exists (
  select from thinned_chunk t where t.camera_id = b.camera_id and t.start_at >= b.day and t.start_at < b.day + interval '1 day'
  and t.batch_id = b.batch_id) then now() else 'infinity' end
where b.batch_id = %(batch_id)s;

-- oldest --
select least((select greatest(checked_at, end_at) from kept_hour order by greatest(checked_at, end_at) limit 1),
             (select greatest(checked_at, made_at) from thinning_batch where checked_at < 'infinity'
              order by greatest(checked_at, made_at) limit 1)) as at;

-- kept --
select h.hours, h.never, h.chunks + t.chunks as chunks, h.bytes + t.bytes as bytes
from (select count(*) as hours, coalesce(sum(n), 0)::bigint as chunks, coalesce(sum(bytes), 0)::bigint as bytes,
             count(*) filter (where checked_at = '-infinity') as never from kept_hour) h,
     (select count(*) as chunks, coalesce(sum(thin_size), 0)::bigint as bytes from thinned_chunk) t;

-- touched --
-- What rests on a span now: holds in force, and cases and exhibits through them.
select distinct h.hold_id, coalesce(c.number, '') as case_number, coalesce(x.number, 0) as exhibit
from legal_hold_span s join legal_hold h using (hold_id)
left join case_file c using (case_id) left join case_exhibit x on x.hold_id = h.hold_id
where s.camera_id = %(camera_id)s and s.to_at > %(from)s and s.from_at < %(to)s and h.released_at is null
order by h.hold_id, exhibit limit 100;

-- open_of --
select f.*, e.leaf, q.state as request
from scrub_finding f join ledger_entry e using (entry_id) left join spool_request q using (finding_id)
where f.object_key = %(key)s and f.resolution is null;

-- accepted_of --
select f.*, e.leaf, null as request from scrub_finding f join ledger_entry e using (entry_id)
where f.object_key = %(key)s and f.resolution = 'accepted' order by f.finding_id desc limit 1;

-- add --
insert into scrub_finding (kind, object_key, camera_id, run_no, seq, start_at, end_at, expected, found, touches, found_at, entry_id)
values (%(kind)s, %(key)s, %(camera_id)s, %(run_no)s, %(seq)s, %(start_at)s, %(end_at)s, %(expected)s, %(found)s, %(touches)s,
        %(found_at)s, %(entry_id)s)
returning finding_id;

-- resolve --
update scrub_finding set resolution = %(how)s, resolved_at = %(at)s, resolved_by = %(person_id)s, note = %(note)s,
                         resolved_entry = %(entry_id)s
where finding_id = %(finding_id)s;

-- finding --
select f.*, e.leaf from scrub_finding f join ledger_entry e using (entry_id) where f.finding_id = %(finding_id)s for update of f;

-- standing --
-- Findings that nothing resolved yet, and those that were accepted: what they say is still so. Oldest first.
select f.*, k.code as camera, k.agency_id, r.run::text, q.state as request, q.recorder
from scrub_finding f left join camera k using (camera_id) left join run r using (run_no) left join spool_request q using (finding_id)
where (f.resolution is null or (%(accepted)s and f.resolution = 'accepted')) and f.finding_id > %(after)s
order by f.finding_id limit %(limit)s;

-- open_for --
-- Chunks of a window that are not to be had as they were recorded: open findings, and those accepted as lost.
select f.*, q.state as request from scrub_finding f left join spool_request q using (finding_id)
where f.camera_id = %(camera_id)s and f.end_at > %(from)s and f.start_at < %(to)s
  and (f.resolution is null or f.resolution = 'accepted') and f.kind in ('missing', 'size', 'corrupt', 'unreadable')
  and f.object_key like 'chunks/%%'
order by f.start_at, f.finding_id limit 1000;

-- counts --
select kind, count(*) as n from scrub_finding where resolution is null group by kind order by kind;

-- chunk --
-- A chunk as its row stands now.
select camera_id, camera, run_no, run::text, seq, start_at, dur_us, size, sha256, crc32, pending, dropped from chunk_entry
where camera_id = %(camera_id)s and start_at = %(start_at)s and run_no = %(run_no)s;

-- request --
-- Asks whoever has a chunk on its spool to send it again, also once more.
insert into spool_request (finding_id, asked_at, until_at)
values (%(finding_id)s, now(), now() + %(wait_s)s * interval '1 second')
on conflict (finding_id) do update set asked_at = now(), until_at = excluded.until_at, state = 'asked', recorder = '', detail = ''
where spool_request.state in ('nobody', 'differs', 'failed')
returning finding_id;

-- notify --
select pg_notify('saksi_send_again', %(finding_id)s::text);

-- wanted --
-- What is asked for of these runs; late is better than never.
select q.finding_id, f.object_key, f.seq, r.run::text, c.sha256
from spool_request q join scrub_finding f using (finding_id) join run r using (run_no)
join chunk c on c.camera_id = f.camera_id and c.start_at = f.start_at and c.run_no = f.run_no
where q.state in ('asked', 'nobody') and f.resolution is null and r.run = any(%(runs)s::uuid[])
order by q.asked_at limit %(limit)s;

-- answer --
update spool_request set state = %(state)s, recorder = %(recorder)s, detail = %(detail)s
where finding_id = %(finding_id)s and state in ('asked', 'sent', 'nobody') returning finding_id;

-- sent --
select q.finding_id, q.recorder, f.object_key, f.camera_id, f.run_no, f.start_at
from spool_request q join scrub_finding f using (finding_id) where q.state = 'sent' order by q.asked_at limit %(limit)s;

-- overdue --
update spool_request q set state = 'nobody' from scrub_finding f
where f.finding_id = q.finding_id and q.state = 'asked' and q.until_at < now()
returning f.finding_id, f.object_key;

-- requests --
select finding_id, state from spool_request where finding_id = any(%(findings)s);

-- live --
select name from recorder where instance <> '' and seen_at > now() - %(silent_s)s * interval '1 second' limit 1;

-- settled --
update spool_request set state = 'done' where finding_id = %(finding_id)s;

-- first_day --
-- Of the oldest rows of chunks, or of what is told of camera-hours.
select least((select min(hour) from kept_hour),
             (select min(to_date(substring(p.relname from 7), 'YYYYMMDD'))::timestamptz
              from pg_inherits i join pg_class p on p.oid = i.inhrelid where i.inhparent = 'chunk'::regclass)) as day;

-- hours --
-- Sealed camera-hours of a day whose rows of chunks are not what is told of them; an hour nobody tells of must have none.
with told as (
  select s.hour, s.part, s.run_no, s.first_seq, s.last_seq, coalesce(h.n, 0) as n, coalesce(h.bytes, 0) as bytes
  from seal s left join kept_hour h using (camera_id, hour, part)
  where s.camera_id = %(camera_id)s and s.hour >= %(from)s and s.hour < %(to)s
)
select t.hour, t.part, t.n, t.bytes, count(c.seq) as rows, coalesce(sum(c.size), 0)::bigint as row_bytes
from told t left join chunk c
  on c.camera_id = %(camera_id)s and c.start_at >= %(from)s and c.start_at < %(to)s
 and c.start_at >= t.hour and c.start_at < t.hour + interval '1 hour'
 and c.run_no = t.run_no and c.seq between t.first_seq and t.last_seq
group by t.hour, t.part, t.n, t.bytes
having count(c.seq) <> t.n or coalesce(sum(c.size), 0) <> t.bytes
order by t.hour, t.part;

-- pending_long --
select p.camera_id, k.code as camera, r.run::text, r.recorder, p.seq, p.start_at, p.end_at, p.announced_at
from chunk_pending p join run r using (run_no) join camera k on k.camera_id = p.camera_id
where p.announced_at < now() - interval '1 day' order by p.announced_at limit %(limit)s;

-- unfinished --
-- What purges took of footage, and of what thinning left of it, and have not erased.
select t.purge_id, t.camera_id, k.code as camera, t.hour, lower(t.spans) as start_at, upper(t.spans) as end_at, t.n, t.claimed_at
from (select purge_id, camera_id, hour, spans, n, claimed_at from tombstone where gone_at is null
      union all select purge_id, camera_id, hour, spans, n, claimed_at from thinned_tombstone where gone_at is null) t
join camera k using (camera_id)
where t.claimed_at < now() - interval '1 day' order by t.claimed_at limit %(limit)s;

-- spooled --
-- What the catalogue knows of chunks that a spool has.
select c.seq, c.sha256, c.size, p.run_no is not null as pending
from run r join unnest(%(seqs)s::int[], %(starts)s::timestamptz[]) as kept (seq, start_at) on true
join chunk c on c.camera_id = r.camera_id and c.start_at = kept.start_at and c.run_no = r.run_no and c.seq = kept.seq
left join chunk_pending p on p.run_no = c.run_no and p.seq = c.seq
where r.run = %(run)s::uuid;
