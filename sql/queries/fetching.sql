-- Footage that is on a recorder's spool and that somebody waits for.

-- ask --
insert into footage_request (camera_id, from_at, to_at, reason, person, asked_at, expires_at)
values (%(camera_id)s, %(from)s, %(to)s, %(reason)s, %(person)s, %(at)s, %(expires)s) returning request_id;

-- list --
-- Requests, the newest first, each with what of it has not arrived and where that is, and whether there is any footage.
select q.request_id, c.code as camera, q.from_at, q.to_at, q.reason, q.person, q.asked_at, q.expires_at,
       w.chunks, w.bytes, w.recorders, w.chunks > 0 or exists (
         select from chunk k where k.camera_id = q.camera_id and k.start_at < q.to_at
           and k.start_at > q.from_at - interval '1200 s' and k.start_at + k.dur_us * interval '1 us' > q.from_at
           and not exists (select from chunk_dropped d where d.run_no = k.run_no and d.seq = k.seq)) as recorded
from footage_request q join camera c using (camera_id) cross join lateral (
  select count(*) as chunks, coalesce(sum(k.size), 0)::bigint as bytes, coalesce(array_agg(distinct r.recorder), '{}') as recorders
  from chunk_pending p join run r using (run_no)
  join chunk k on k.camera_id = p.camera_id and k.start_at = p.start_at and k.run_no = p.run_no
  where p.camera_id = q.camera_id and p.start_at < q.to_at and p.end_at > q.from_at
) w
where (%(sight)s::int is null or camera_known_v1(%(sight)s, c.camera_id, c.agency_id, now()))
  and (%(camera)s::text is null or c.code = %(camera)s) and (%(request_id)s::int is null or q.request_id = %(request_id)s)
order by q.request_id desc limit %(limit)s;

-- coming --
select count(*) as chunks, coalesce(array_agg(distinct r.recorder), '{}') as recorders
from chunk_pending p join run r using (run_no)
where p.camera_id = %(camera_id)s and p.start_at < %(to)s and p.end_at > %(from)s;

-- wanted --
-- Chunks of these runs that have not arrived and that a request in force or a hold covers, the oldest first.
select r.run::text, p.seq
from chunk_pending p join run r using (run_no)
where r.run = any(%(runs)s::uuid[])
  and (held_v1(p.camera_id, p.start_at, p.end_at)
       or exists (select from footage_request q where q.camera_id = p.camera_id and q.expires_at > %(now)s
                  and q.from_at < p.end_at and q.to_at > p.start_at))
order by p.start_at limit %(limit)s;
