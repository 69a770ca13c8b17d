-- The store's own legal hold on objects that holds cover: what is owed follows from holds and chunks at any time.

-- take_turn --
-- One worker at a time, until its transaction ends: an object is never held and lifted at once.
select pg_try_advisory_xact_lock(hashtext('saksi object holds')) as held;

-- offer --
select bucket, offered, asked_at, sung_at, passed, failed from store_lock;

-- set_offer --
insert into store_lock (bucket, offered, asked_at) values (%(bucket)s, %(offered)s, %(at)s)
on conflict (only_one) do update set
  bucket = excluded.bucket, offered = excluded.offered, asked_at = excluded.asked_at,
  sung_at = case when store_lock.bucket = excluded.bucket and excluded.offered then store_lock.sung_at end,
  passed = case when store_lock.bucket = excluded.bucket and excluded.offered then store_lock.passed end,
  failed = case when store_lock.bucket = excluded.bucket and excluded.offered then store_lock.failed else '{}' end;

-- set_sung --
update store_lock set sung_at = %(at)s, passed = %(passed)s, failed = %(failed)s where bucket = %(bucket)s;

-- due_spans --
-- Spans of holds in force that were never gone through, or are to be again; those that lie ahead wait.
select s.hold_id, s.camera_id, s.from_at, s.to_at, coalesce(o.reached, s.from_at) as reached, coalesce(o.whole, true) as whole, o.whole_at
from legal_hold_span s join legal_hold h using (hold_id) left join object_hold_span o using (hold_id, camera_id, from_at, to_at)
where h.released_at is null and s.from_at <= %(now)s and coalesce(o.look_at, '-infinity') <= %(now)s
order by coalesce(o.look_at, '-infinity'), s.hold_id limit %(limit)s;

-- owe --
-- The stored chunks of a window, what thinning left there, the thumbnails of both, and files that were imported for it.
with covered as (
  select c.camera_id, c.start_at, 'chunk' as kind, c.run_no, c.seq, c.start_at + c.dur_us * interval '1 microsecond' as end_at
  from chunk c
  where c.camera_id = %(camera_id)s and c.start_at > %(from)s::timestamptz - interval '20 minutes' and c.start_at < %(to)s
    and c.start_at + c.dur_us * interval '1 microsecond' > %(from)s
    and not exists (select from chunk_pending p where p.run_no = c.run_no and p.seq = c.seq)
    and not exists (select from chunk_dropped d where d.run_no = c.run_no and d.seq = c.seq)
  union all
  select t.camera_id, t.start_at, 'thinned', t.run_no, t.seq, t.start_at + t.dur_us * interval '1 microsecond'
  from thinned_chunk t
  where t.camera_id = %(camera_id)s and t.start_at > %(from)s::timestamptz - interval '20 minutes' and t.start_at < %(to)s
    and t.start_at + t.dur_us * interval '1 microsecond' > %(from)s
)
insert into object_hold (camera_id, at, kind, run_no, seq, start_at, end_at)
select camera_id, start_at, kind, run_no, seq, start_at, end_at from covered
union all
select t.camera_id, t.at, 'thumbnail', 0, 0, c.start_at, c.end_at
from covered c join thumbnail t on t.camera_id = c.camera_id and t.at >= c.start_at and t.at < c.end_at
union all
select i.camera_id, i.start_at, 'import', coalesce(i.run_no, -i.import_id), 0, i.start_at, i.end_at
from import_file i
where i.camera_id = %(camera_id)s and i.start_at < %(to)s and i.end_at > %(from)s and i.state = 'done' and i.gone_at is null
on conflict do nothing;

-- looked --
insert into object_hold_span (hold_id, camera_id, from_at, to_at, reached, whole, whole_at, look_at)
values (%(hold_id)s, %(camera_id)s, %(from_at)s, %(to_at)s, %(reached)s, %(whole)s, %(whole_at)s, %(look_at)s)
on conflict (hold_id, camera_id, from_at, to_at) do update set
  reached = excluded.reached, whole = excluded.whole, whole_at = excluded.whole_at, look_at = excluded.look_at;

-- to_put --
select o.camera_id, o.at, o.kind, o.run_no, o.seq, k.code as camera, r.run::text as run, encode(i.sha256, 'hex') as file
from object_hold o join camera k using (camera_id) left join run r on r.run_no = o.run_no
left join import_file i on o.kind = 'import' and i.camera_id = o.camera_id and coalesce(i.run_no, -i.import_id) = o.run_no
where o.put_at is null and o.try_at <= %(now)s and held_v1(o.camera_id, o.start_at, o.end_at)
order by o.try_at, o.camera_id, o.at limit %(limit)s;

-- put --
update object_hold o set put_at = %(now)s, last_error = ''
from unnest(%(cameras)s::int[], %(ats)s::timestamptz[], %(kinds)s::text[], %(runs)s::int[]) as done(camera_id, at, kind, run_no)
where (o.camera_id, o.at, o.kind, o.run_no) = (done.camera_id, done.at, done.kind, done.run_no);

-- failed --
-- Each time it waits longer, an hour at most.
update object_hold set tries = tries + 1, last_error = %(error)s,
                       try_at = %(now)s::timestamptz + least(10 * power(2, least(tries, 10)), 3600) * interval '1 second'
where camera_id = %(camera_id)s and at = %(at)s and kind = %(kind)s and run_no = %(run_no)s;

-- released_spans --
select o.hold_id, o.camera_id, o.from_at, o.to_at from object_hold_span o join legal_hold h using (hold_id)
where h.released_at is not null order by o.look_at limit %(limit)s;

-- to_lift --
-- Of a released hold's span, what no other hold covers.
select o.camera_id, o.at, o.kind, o.run_no, o.seq, k.code as camera, r.run::text as run, encode(i.sha256, 'hex') as file
from object_hold o join camera k using (camera_id) left join run r on r.run_no = o.run_no
left join import_file i on o.kind = 'import' and i.camera_id = o.camera_id and coalesce(i.run_no, -i.import_id) = o.run_no
where o.camera_id = %(camera_id)s and o.end_at > %(from_at)s and o.start_at < %(to_at)s and o.try_at <= %(now)s
  and not held_v1(o.camera_id, o.start_at, o.end_at)
order by o.end_at limit %(limit)s;

-- lifted --
delete from object_hold o using unnest(%(cameras)s::int[], %(ats)s::timestamptz[], %(kinds)s::text[], %(runs)s::int[]) as done(camera_id, at, kind, run_no)
where (o.camera_id, o.at, o.kind, o.run_no) = (done.camera_id, done.at, done.kind, done.run_no);

-- span_done --
-- Forgets a released hold's span of which nothing is left to lift; one of which something is waits its turn again.
with gone as (
  delete from object_hold_span s
  where (s.hold_id, s.camera_id, s.from_at, s.to_at) = (%(hold_id)s, %(camera_id)s, %(from_at)s, %(to_at)s)
    and not exists (
      select from object_hold o
      where o.camera_id = s.camera_id and o.end_at > s.from_at and o.start_at < s.to_at and not held_v1(o.camera_id, o.start_at, o.end_at))
  returning 1
)
update object_hold_span set look_at = %(now)s
where (hold_id, camera_id, from_at, to_at) = (%(hold_id)s, %(camera_id)s, %(from_at)s, %(to_at)s) and not exists (select from gone);

-- of_hold --
-- How the objects under one hold stand; `unseen`: spans that were not gone through to their end once.
select count(*) filter (where put_at is not null) as on, count(*) filter (where put_at is null and tries = 0) as owed,
       count(*) filter (where put_at is null and tries > 0) as failed,
       count(*) filter (where not held_v1(camera_id, start_at, end_at)) as lifting, coalesce(max(last_error), '') as error,
       (select count(*) from legal_hold_span s left join object_hold_span p using (hold_id, camera_id, from_at, to_at)
        where s.hold_id = %(hold_id)s and s.from_at <= %(now)s and p.whole_at is null) as unseen
from (
  select distinct o.camera_id, o.at, o.kind, o.run_no, o.start_at, o.end_at, o.put_at, o.tries, o.last_error
  from legal_hold_span s join object_hold o on o.camera_id = s.camera_id and o.end_at > s.from_at and o.start_at < s.to_at
  where s.hold_id = %(hold_id)s
) one;

-- figures --
select (select count(*) from object_hold where put_at is null and tries = 0) as owed,
       (select count(*) from object_hold where put_at is null and tries > 0) as failed,
       (select count(*) from object_hold_span o join legal_hold h using (hold_id) where h.released_at is not null) as lifting;
