-- Purges: announced, claimed a camera-day at a time, erased, confirmed, told. The order: docs/decisions/0012.

-- add --
insert into purge_run (kind, reason, asked_by, approved_by, wanted, noticed_at, due_at, expected)
values (%(kind)s, %(reason)s, %(asked_by)s, %(approved_by)s, %(wanted)s, %(noticed_at)s, %(due_at)s, %(expected)s)
returning purge_id;

-- noticed --
update purge_run set notice_entry = %(entry_id)s where purge_id = %(purge_id)s and notice_entry is null;

-- list --
-- Newest first.
select p.purge_id, p.kind, p.state, p.reason, p.asked_by, p.approved_by, p.wanted, p.noticed_at, p.due_at, p.started_at, p.finished_at,
       p.expected, p.result, p.attempts, p.last_error, p.certificate, a.name as asked_by_name, b.name as approved_by_name, n.leaf as notice_leaf, n.at as notice_at, d.leaf as done_leaf, d.at as done_at,
       coalesce(t.gone, 0) as gone_hours, coalesce(t.claimed, 0) as claimed_hours, coalesce(t.bytes, 0) as gone_bytes
from purge_run p
left join person a on a.person_id = p.asked_by
left join person b on b.person_id = p.approved_by
left join ledger_entry n on n.entry_id = p.notice_entry
left join ledger_entry d on d.entry_id = p.done_entry
left join lateral (
  select count(*) filter (where gone_at is not null) as gone, count(*) filter (where gone_at is null) as claimed, sum(bytes) as bytes
  from tombstone where purge_id = p.purge_id and p.state = 'running'
) t on true
where (%(purge_id)s::int is null or p.purge_id = %(purge_id)s) and (%(state)s::text is null or p.state = %(state)s)
  and (%(kind)s::text is null or p.kind = %(kind)s) and (%(before)s::int is null or p.purge_id < %(before)s)
order by p.purge_id desc limit %(limit)s;

-- one_at_a_time --
-- Whoever announces nightly purges does so alone.
select pg_advisory_xact_lock(hashtext('saksi purge schedule'));

-- scheduled --
-- Whether a nightly purge of a kind is announced for an instant.
select purge_id from purge_run where kind = %(kind)s and due_at = %(due_at)s and asked_by is null;

-- next_due --
-- What claim_run would take.
select purge_id from purge_run
where state in ('noticed', 'running') and due_at <= %(now)s and claimed_until < now()
  and (%(purge_id)s::int is null or purge_id = %(purge_id)s)
  and (kind <> 'manual' or approved_by is not null)
order by state = 'noticed', due_at, purge_id limit 1;

-- claim_run --
-- The oldest that is due (or the one named) and that nobody works on; a worker that died loses its claim by time.
update purge_run set state = 'running', attempts = attempts + 1, started_at = coalesce(started_at, %(now)s),
                     claimed_until = now() + %(claim_s)s * interval '1 second'
where purge_id = (
  select purge_id from purge_run
  where state in ('noticed', 'running') and due_at <= %(now)s and claimed_until < now()
    and (%(purge_id)s::int is null or purge_id = %(purge_id)s)
    and (kind <> 'manual' or approved_by is not null)
  order by state = 'noticed', due_at, purge_id limit 1 for update skip locked
)
returning purge_id;

-- keep_claim --
-- Answers nothing when the claim was lost meanwhile. Locks the row, so that two workers never claim footage for one run.
update purge_run set claimed_until = now() + %(claim_s)s * interval '1 second', last_error = ''
where purge_id = %(purge_id)s and state = 'running' and attempts = %(attempts)s returning purge_id;

-- advance --
-- How far its claims have come; keeps the claim, and others out until the transaction ends.
update purge_run set claimed_until = now() + %(claim_s)s * interval '1 second', last_error = '', result = result || %(result)s
where purge_id = %(purge_id)s and state = 'running' and attempts = %(attempts)s returning purge_id;

-- let_go --
-- Taken up again after a pause.
update purge_run set claimed_until = now() + %(pause_s)s * interval '1 second', last_error = %(error)s
where purge_id = %(purge_id)s and state = 'running' and attempts = %(attempts)s;

-- started --
-- What stood when it began: policies and holds; kept when it is taken up again.
update purge_run set result = %(result)s || result where purge_id = %(purge_id)s and state = 'running';

-- policies --
-- How long each camera keeps, at the instant to which ages are counted.
select p.*, c.code, a.code as agency from camera_policy_v1(%(at)s) p join camera c using (camera_id) join agency a using (agency_id)
order by c.code;

-- expected --
-- What would go of these cameras. Of hours that are over only in part, or held, what stays is counted chunk by chunk.
with over as materialized (
  select a.code as agency, w.camera_id, w.from_at, w.cutoff, k.hour, k.part, k.n, k.bytes, k.start_at, k.end_at,
         held_v1(k.camera_id, k.start_at, k.end_at) as held
  from unnest(%(cameras)s::int[], %(froms)s::timestamptz[], %(cutoffs)s::timestamptz[]) as w (camera_id, from_at, cutoff)
  join kept_hour k on k.camera_id = w.camera_id and k.hour < w.cutoff and k.start_at < w.cutoff and k.end_at > w.from_at
  join camera c on c.camera_id = w.camera_id join agency a using (agency_id)
),
going as (
  select o.*, o.n - coalesce(stay.n, 0) as going, o.bytes - coalesce(stay.bytes, 0) as going_bytes
  from over o left join lateral (
    select count(*) as n, sum(c.size) as bytes
    from seal s join chunk c on c.camera_id = s.camera_id and c.run_no = s.run_no and c.seq between s.first_seq and s.last_seq
    where (o.held or o.end_at > o.cutoff or o.start_at < o.from_at)
      and (s.camera_id, s.hour, s.part) = (o.camera_id, o.hour, o.part) and c.camera_id = o.camera_id
      and c.start_at >= o.hour and c.start_at < o.hour + interval '1 hour'
      and (c.start_at < o.from_at or c.start_at + c.dur_us * interval '1 microsecond' > o.cutoff
           or (o.held and held_v1(o.camera_id, c.start_at, c.start_at + c.dur_us * interval '1 microsecond')))
  ) stay on true
)
select agency, count(distinct camera_id) filter (where going > 0) as cameras, count(*) filter (where going > 0) as hours,
       sum(going) as chunks, sum(going_bytes) as bytes, count(*) filter (where held) as held_hours,
       min(start_at) filter (where going > 0) as oldest, max(least(end_at, cutoff)) filter (where going > 0) as newest
from going group by agency order by agency;

-- due_hours --
-- Camera-hours in which something is over by its camera's cutoff, behind the cursor. Hour by hour, as chunks were recorded:
-- rows that lie beside each other go one after the other.
select k.camera_id, k.hour, sum(k.n)::bigint as n
from unnest(%(cameras)s::int[], %(froms)s::timestamptz[], %(cutoffs)s::timestamptz[]) as w (camera_id, from_at, cutoff)
join kept_hour k on k.camera_id = w.camera_id and k.hour < w.cutoff and k.start_at < w.cutoff and k.end_at > w.from_at
where (k.hour, k.camera_id) > (%(after_hour)s, %(after_camera)s)
group by k.hour, k.camera_id order by k.hour, k.camera_id limit %(limit)s;

-- claim --
-- Takes from camera-hours what ends by the cutoff and begins at `from` or after, is sealed with nothing owed, is in the
-- store, and is under no hold; for a purge of `thinned` originals, only what the log knows as thinned. Rows of chunks and
-- thumbnails go (thumbnails of thinned ones stay with those), tombstones stay; a camera's first has the list of its
-- thumbnails. After holds.lock_cameras, as a statement of its own. All hours lie in [low, high). Where nothing of an hour
-- can stay (`freely`), its chunks are not looked at one by one; of what went whole, the seal knows the numbers and times.
with wanted as materialized (
  select * from unnest(%(cameras)s::int[], %(hours)s::timestamptz[], %(froms)s::timestamptz[], %(cutoffs)s::timestamptz[], %(policies)s::int[])
    as w (camera_id, hour, from_at, cutoff, policy_id)
),
held as materialized (
  select s.camera_id, range_agg(tstzrange(s.from_at, s.to_at)) as spans
  from legal_hold_span s join legal_hold h using (hold_id)
  where s.camera_id = any(%(cameras)s::int[]) and s.to_at > %(low)s and s.from_at < %(high)s::timestamptz + interval '1 hour' and h.released_at is null
  group by s.camera_id
),
due as materialized (
  select row_number() over () as id, w.*, k.part, s.run_no, s.first_seq, s.last_seq, s.spans, b.spans as held,
         k.start_at >= w.from_at and k.end_at <= w.cutoff and (b.spans && tstzrange(k.start_at, k.end_at)) is not true
         and not exists (select from chunk_pending p where p.run_no = s.run_no and p.seq between s.first_seq and s.last_seq) as freely
  from wanted w join kept_hour k using (camera_id, hour) join seal s using (camera_id, hour, part) left join held b using (camera_id)
  where not exists (select from seal_owed o where (o.camera_id, o.hour, o.part) = (k.camera_id, k.hour, k.part))
),
gone as (
  delete from chunk c using due d
  where c.camera_id = d.camera_id and c.start_at >= %(low)s and c.start_at < %(high)s
    and c.start_at >= d.hour and c.start_at < d.hour + interval '1 hour'
    and c.run_no = d.run_no and c.seq between d.first_seq and d.last_seq
    and (d.freely or (
      c.start_at >= d.from_at and c.start_at + c.dur_us * interval '1 microsecond' <= d.cutoff
      and (d.held && tstzrange(c.start_at, c.start_at + c.dur_us * interval '1 microsecond')) is not true
      and not exists (select from chunk_pending p where p.run_no = c.run_no and p.seq = c.seq)))
    and (not %(thinned)s::boolean or exists (
      select from thinned_chunk t
      where (t.camera_id, t.start_at, t.run_no, t.sha256) = (c.camera_id, c.start_at, c.run_no, c.sha256) and t.batch_id is not null))
  returning d.id, c.seq, c.size, c.start_at, c.dur_us
),
counted as materialized (select id, count(*)::int as n, sum(size) as bytes from gone group by id),
apart as materialized (
  select id, range_agg(int4range(seq, seq + 1)) as seqs, range_agg(tstzrange(start_at, start_at + dur_us * interval '1 microsecond')) as spans
  from gone
  where id = any(array(select id from counted n join due d using (id) where n.n <= d.last_seq - d.first_seq))
  group by id
),
taken as materialized (
  select d.camera_id, d.hour, d.part, d.policy_id, d.run_no, n.n, n.bytes,
         coalesce(a.seqs, int4multirange(int4range(d.first_seq, d.last_seq + 1))) as seqs, coalesce(a.spans, d.spans) as spans
  from counted n join due d using (id) left join apart a using (id)
),
whole as materialized (select camera_id, range_agg(spans) as spans from taken group by camera_id),
pictures as (
  delete from thumbnail t using whole w
  where t.camera_id = w.camera_id and t.at >= lower(w.spans) and t.at < upper(w.spans) and w.spans @> t.at
    and not %(thinned)s::boolean
  returning t.camera_id, t.at
),
listed as materialized (select camera_id, array_agg(at order by at) as ats from pictures group by camera_id),
made as (
  insert into tombstone (camera_id, hour, part, purge_id, run_no, seqs, spans, n, bytes, policy_id, claimed_at, pictures)
  select camera_id, hour, part, %(purge_id)s, run_no, seqs, spans, n, bytes, policy_id, %(now)s,
         case when row_number() over (partition by camera_id order by hour, part) = 1 then coalesce(ats, '{}') else '{}' end
  from taken left join listed using (camera_id)
  returning camera_id, hour, part, n, bytes
),
emptied as (
  delete from kept_hour k using made m where (k.camera_id, k.hour, k.part, k.n) = (m.camera_id, m.hour, m.part, m.n)
),
lessened as (
  update kept_hour k set n = k.n - m.n, bytes = k.bytes - m.bytes from made m
  where (k.camera_id, k.hour, k.part) = (m.camera_id, m.hour, m.part) and k.n > m.n
)
select count(*) as hours, coalesce(sum(n), 0)::int as chunks, coalesce(sum(bytes), 0)::bigint as bytes from made;

-- claimed --
-- What was taken and whose objects may still be there, some camera-hours at a time.
select t.camera_id, c.code as camera, t.hour, t.part, r.run::text, t.seqs, t.n, t.pictures
from tombstone t join camera c using (camera_id) join run r on r.run_no = t.run_no
where t.purge_id = %(purge_id)s and t.gone_at is null and (t.camera_id, t.hour, t.part) > (%(camera_id)s, %(hour)s::timestamptz, %(part)s)
order by t.camera_id, t.hour, t.part limit %(limit)s;

-- may_be_lost --
-- A commit that need not be on disk: what it says is found out anew after a crash.
set local synchronous_commit = off;

-- gone --
update tombstone t set gone_at = %(now)s, pictures = null
from unnest(%(cameras)s::int[], %(hours)s::timestamptz[], %(parts)s::int2[]) as x (camera_id, hour, part)
where t.purge_id = %(purge_id)s and t.gone_at is null and (t.camera_id, t.hour, t.part) = (x.camera_id, x.hour, x.part);

-- tombstones --
-- All of a purge in the order of their lines, a page at a time.
select c.code as camera, a.code as agency, t.camera_id, t.hour, t.part, r.run::text, s.root as seal, t.seqs, t.spans, t.n, t.bytes, t.policy_id,
       t.gone_at
from tombstone t join camera c using (camera_id) join agency a using (agency_id) join run r on r.run_no = t.run_no
join seal s on (s.camera_id, s.hour, s.part) = (t.camera_id, t.hour, t.part)
where t.purge_id = %(purge_id)s and (c.code collate "C", t.hour, t.part) > (%(camera)s, %(hour)s::timestamptz, %(part)s)
order by c.code collate "C", t.hour, t.part limit %(limit)s;

-- kept --
-- What is over by its cutoff and stays, and why.
select case when held_v1(k.camera_id, k.start_at, k.end_at) then 'held'
            when exists (select from seal_owed o where (o.camera_id, o.hour, o.part) = (k.camera_id, k.hour, k.part)) then 'owed'
            else 'pending' end as why,
       count(*) as hours, sum(k.n) as chunks, sum(k.bytes) as bytes
from unnest(%(cameras)s::int[], %(froms)s::timestamptz[], %(cutoffs)s::timestamptz[]) as w (camera_id, from_at, cutoff)
join kept_hour k on k.camera_id = w.camera_id and k.end_at <= w.cutoff and k.hour < w.cutoff and k.start_at >= w.from_at
group by 1 order by 1;

-- unsealed --
-- Runs with chunks older than the cutoffs that no seal covers: nobody may purge what is under no seal.
select count(*) as runs from unnest(%(cameras)s::int[], %(cutoffs)s::timestamptz[]) as w (camera_id, cutoff)
join run r on r.camera_id = w.camera_id and r.last_seq > r.sealed_seq and r.sealed_end < w.cutoff - interval '2 hours';

-- holds_in_force --
select h.hold_id, c.code as camera, s.from_at, s.to_at from legal_hold h join legal_hold_span s using (hold_id) join camera c using (camera_id)
where h.released_at is null order by h.hold_id, c.code collate "C", s.from_at, s.to_at;

-- finish --
update purge_run set state = 'done', finished_at = %(now)s, done_entry = %(entry_id)s, certificate = %(certificate)s,
                     result = result || %(result)s, claimed_until = '-infinity', last_error = ''
where purge_id = %(purge_id)s and state = 'running' and attempts = %(attempts)s returning purge_id;

-- gone_of_spans --
-- What tombstones took of spans: for whoever places a hold there.
select w.camera_id, t.hour, t.part, t.purge_id, t.spans * tstzmultirange(tstzrange(w.from_at, w.to_at)) as spans, t.claimed_at, t.gone_at
from unnest(%(cameras)s::int[], %(froms)s::timestamptz[], %(tos)s::timestamptz[]) as w (camera_id, from_at, to_at)
join tombstone t on t.camera_id = w.camera_id and t.hour > w.from_at - interval '2 hours' and t.hour < w.to_at
where t.spans && tstzrange(w.from_at, w.to_at)
order by w.camera_id, t.hour, t.part, t.purge_id;

-- clock --
-- What the archive itself says of the time (imports are of whatever time somebody stated): its newest and first footage, in how many of the last 24 whole hours it recorded,
-- the newest time in the log, and the database's own clock.
select clock_timestamp() as now, (select max(last_end) from run where origin = 'live') as newest,
       (select min(opened_at) from run where last_end is not null and origin = 'live') as first,
       (select count(*) from generate_series(date_trunc('hour', %(now)s::timestamptz) - interval '24 hours',
                                             date_trunc('hour', %(now)s::timestamptz) - interval '1 hour', interval '1 hour') as h (hour)
        where exists (select from run r where r.opened_at < h.hour + interval '1 hour' and r.last_end > h.hour and r.origin = 'live')) as recorded_hours,
       (select max(made_at) from ledger_checkpoint) as checkpoint,
       (select max(finished_at) from purge_run) as purged;

-- agency_codes --
select code from agency where agency_id = any(%(agencies)s::int[]);

-- taken_of_runs --
-- What of these runs is gone, for whoever keeps copies.
select r.run::text, t.seqs from run r join tombstone t on t.camera_id = r.camera_id and t.run_no = r.run_no
where r.run = any(%(runs)s::uuid[]) and t.hour > %(since)s::timestamptz - interval '1 hour';
