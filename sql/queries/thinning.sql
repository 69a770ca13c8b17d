-- Thinning: policies, chunks of keyframes made of originals, what the log is told of them, and their end.

-- subject --
-- What a scope names; one row, or none for what is not there.
select a.agency_id, s.site_id, k.camera_id, coalesce(a.agency_id, s.agency_id, k.agency_id) as owner
from (values (%(scope)s::text, %(subject)s::text)) as w (scope, subject)
left join agency a on w.scope = 'agency' and a.code = w.subject
left join site s on w.scope = 'site' and s.code = w.subject
left join camera k on w.scope = 'camera' and k.code = w.subject
where case w.scope when 'default' then w.subject = '' when 'agency' then a.agency_id is not null
                   when 'site' then s.site_id is not null when 'camera' then k.camera_id is not null else false end;

-- below_minimum --
-- How many cameras of a scope must keep their originals longer than that, and the longest such minimum.
select count(*) as n, max(p.min_us) as min_us
from camera_policy_v1(%(at)s) p join camera c using (camera_id)
where p.min_us > %(after_us)s
  and (%(scope)s::text = 'default' or c.agency_id = %(agency_id)s::int or c.site_id = %(site_id)s::int or c.camera_id = %(camera_id)s::int);

-- reaches --
-- What of a scope is older than that.
select count(*) as hours, coalesce(sum(h.bytes), 0) as bytes
from camera c left join agency a using (agency_id) left join site s using (site_id) join kept_hour h using (camera_id)
where h.end_at <= %(before)s
  and case %(scope)s::text when 'default' then true when 'agency' then a.code = %(subject)s when 'site' then s.code = %(subject)s
                           else c.code = %(subject)s end;

-- to_end --
-- A row when a scope has a thinning to end: its own newest version, or, while it has none, one that reaches its cameras from
-- further up; there one that is proposed counts, too: a camera is exempted before it begins.
with told as (
  select t.*, row_number() over (partition by t.scope, t.agency_id, t.site_id, t.camera_id, t.state
                                 order by t.decided_at desc nulls last, t.thinning_id desc) as nth
  from thinning_policy t where t.state <> 'withdrawn'
), standing as (
  select t.* from told t where t.state = 'proposed' or t.nth = 1
), mine as (
  select t.* from standing t
  where t.state = 'accepted' and t.scope = %(scope)s and (t.agency_id, t.site_id, t.camera_id)
        is not distinct from (%(agency_id)s::int, %(site_id)s::int, %(camera_id)s::int)
)
select 1 where exists (select from mine where mode is not null)
  or (not exists (select from mine) and exists (
    select from standing t join camera c on t.scope = 'default' or t.agency_id = c.agency_id or t.site_id = c.site_id
    where t.mode is not null and array_position(array['camera', 'site', 'agency', 'default'], t.scope)
                                 > array_position(array['camera', 'site', 'agency', 'default'], %(scope)s::text)
      and (c.agency_id = %(agency_id)s::int or c.site_id = %(site_id)s::int or c.camera_id = %(camera_id)s::int)
  ));

-- next_id --
select nextval(pg_get_serial_sequence('thinning_policy', 'thinning_id'))::int as thinning_id;

-- propose --
insert into thinning_policy (thinning_id, scope, agency_id, site_id, camera_id, mode, after_us, basis, reason, state, proposed_by,
                             proposed_at, proposal_entry)
overriding system value
values (%(thinning_id)s, %(scope)s, %(agency_id)s, %(site_id)s, %(camera_id)s, %(mode)s, %(after_us)s, %(basis)s, %(reason)s, 'proposed',
        %(by)s, %(now)s, %(proposal_entry)s);

-- decide --
update thinning_policy set state = %(state)s, decided_by = %(by)s, decided_at = %(now)s, entry_id = %(entry_id)s
where thinning_id = %(thinning_id)s and state = 'proposed' returning thinning_id;

-- policies --
-- Newest first.
select t.thinning_id, t.scope, coalesce(a.code, s.code, k.code, '') as subject, coalesce(a.agency_id, s.agency_id, k.agency_id) as agency_id,
       t.mode, t.after_us, t.basis, t.reason, t.state, t.proposed_by, p.name as proposed_name, t.proposed_at, t.decided_by,
       d.name as decided_name, t.decided_at
from thinning_policy t
left join agency a on a.agency_id = t.agency_id left join site s on s.site_id = t.site_id left join camera k on k.camera_id = t.camera_id
join person p on p.person_id = t.proposed_by left join person d on d.person_id = t.decided_by
where (%(thinning_id)s::int is null or t.thinning_id = %(thinning_id)s)
  and (%(agencies)s::int[] is null or t.scope = 'default' or coalesce(a.agency_id, s.agency_id, k.agency_id) = any(%(agencies)s::int[]))
order by t.thinning_id desc limit %(limit)s;

-- cameras --
-- Which cameras are thinned at an instant, from which age on.
select t.camera_id, t.mode, t.after_us, c.code, a.code as agency
from camera_thinning_v1(%(at)s) t join camera c using (camera_id) join agency a using (agency_id) order by c.code;

-- asking --
-- The versions in force, as of the time that ages are counted to, for the cameras of which a purge took originals.
select distinct t.thinning_id from purge_run p cross join lateral camera_thinning_v1(p.due_at) t
where p.purge_id = %(purge_id)s and exists (select from tombstone o where o.purge_id = p.purge_id and o.camera_id = t.camera_id)
order by t.thinning_id;

-- waiting --
-- What stands where: originals old enough and not thinned yet (those that are held stay as they are), thinned ones whose
-- original is still there, and what is thinned alone. Cameras of which there is nothing have no row.
select w.camera_id,
       count(*) filter (where t.seq is null and not c.held) as due, coalesce(sum(c.size) filter (where t.seq is null and not c.held), 0)::bigint as due_bytes,
       count(*) filter (where t.seq is null and c.held) as held,
       count(*) filter (where t.seq is not null) as beside, coalesce(sum(c.size) filter (where t.seq is not null), 0)::bigint as beside_bytes
from unnest(%(cameras)s::int[], %(cutoffs)s::timestamptz[]) as w (camera_id, cutoff)
join kept_hour k on k.camera_id = w.camera_id and k.hour < w.cutoff and k.start_at < w.cutoff
join seal s on (s.camera_id, s.hour, s.part) = (k.camera_id, k.hour, k.part)
cross join lateral (
  select c.run_no, c.start_at, c.size, held_v1(c.camera_id, c.start_at, c.start_at + c.dur_us * interval '1 microsecond') as held
  from chunk c
  where c.camera_id = k.camera_id and c.start_at >= k.hour and c.start_at < k.hour + interval '1 hour'
    and c.start_at + c.dur_us * interval '1 microsecond' <= w.cutoff and c.run_no = s.run_no and c.seq between s.first_seq and s.last_seq
) c
left join thinned_chunk t on (t.camera_id, t.start_at, t.run_no) = (w.camera_id, c.start_at, c.run_no)
group by w.camera_id;

-- of_agencies --
select camera_id from camera where agency_id = any(%(agencies)s::int[]);

-- alone --
-- What is thinned and has no original any more, of each camera.
select t.camera_id, k.code, count(*) as chunks, sum(t.thin_size)::bigint as bytes
from thinned_chunk t join camera k using (camera_id)
where not exists (select from chunk c where (c.camera_id, c.start_at, c.run_no) = (t.camera_id, t.start_at, t.run_no))
group by t.camera_id, k.code;

-- claim --
-- The work, unless another worker has it.
update thinning_state set claims = claims + 1, claimed_until = now() + %(claim_s)s * interval '1 second'
where claimed_until < now() returning claims, day, camera_id, hour, part, seq, working;

-- keep --
-- How far it came; answers nothing when the claim was lost meanwhile.
update thinning_state set claimed_until = now() + %(claim_s)s * interval '1 second', day = %(day)s, camera_id = %(camera_id)s,
                          hour = %(hour)s, part = %(part)s, seq = %(seq)s, working = %(working)s
where claims = %(claims)s returning claims;

-- let_go --
update thinning_state set claimed_until = '-infinity' where claims = %(claims)s;

-- next_hour --
-- The next camera-hour, day by day and camera by camera, that has something old enough and not thinned yet.
select date_trunc('day', k.hour at time zone 'UTC') at time zone 'UTC' as day, k.camera_id, k.hour, k.part, s.run_no, s.root as seal
from unnest(%(cameras)s::int[], %(cutoffs)s::timestamptz[]) as w (camera_id, cutoff)
join kept_hour k on k.camera_id = w.camera_id and k.hour < w.cutoff and k.start_at < w.cutoff
join seal s on (s.camera_id, s.hour, s.part) = (k.camera_id, k.hour, k.part)
where (date_trunc('day', k.hour at time zone 'UTC') at time zone 'UTC', k.camera_id, k.hour, k.part)
      >= (%(day)s::timestamptz, %(camera_id)s::int, %(hour)s::timestamptz, %(part)s::int2)
  and k.hour >= %(day)s
  and not exists (select from seal_owed o where (o.camera_id, o.hour, o.part) = (k.camera_id, k.hour, k.part))
  and exists (
    select from chunk c
    where c.camera_id = k.camera_id and c.start_at >= k.hour and c.start_at < k.hour + interval '1 hour'
      and c.start_at + c.dur_us * interval '1 microsecond' <= w.cutoff
      and c.run_no = s.run_no and c.seq between s.first_seq and s.last_seq
      and ((k.camera_id, k.hour, k.part) <> (%(camera_id)s, %(hour)s, %(part)s) or c.seq > %(seq)s)
      and not exists (select from thinned_chunk t where (t.camera_id, t.start_at, t.run_no) = (c.camera_id, c.start_at, c.run_no))
  )
order by 1, 2, 3, 4 limit 1;

-- hour --
-- The next chunk of a camera-hour to thin: old enough, in the store, under no hold.
select c.* from chunk_entry c join seal s on (s.camera_id, s.hour, s.part) = (%(camera_id)s, %(hour)s, %(part)s)
where c.camera_id = %(camera_id)s and c.start_at >= %(hour)s and c.start_at < %(hour)s::timestamptz + interval '1 hour'
  and c.run_no = s.run_no and c.seq between s.first_seq and s.last_seq and c.seq > %(seq)s
  and c.start_at + c.dur_us * interval '1 microsecond' <= %(cutoff)s
  and not c.pending and not c.dropped
  and not held_v1(c.camera_id, c.start_at, c.start_at + c.dur_us * interval '1 microsecond')
  and not exists (select from thinned_chunk t where (t.camera_id, t.start_at, t.run_no) = (c.camera_id, c.start_at, c.run_no))
order by c.seq limit 1;

-- add --
-- Only while the original's row is there, unheld, and says the same digest. After holds.lock_cameras, as a statement of its own.
insert into thinned_chunk (camera_id, run_no, start_at, seq, dur_us, size, frames, lost, init_id, clock_offset_us, clock_error_us,
                           residual_us, camera_offset_us, clock_source, camera_clock, ended, sha256, hour, part, mode, thin_init_id,
                           thin_size, thin_frames, thin_sha256, thin_crc32, thin_fragments, made_at)
select camera_id, run_no, start_at, seq, dur_us, size, frames, lost, init_id, clock_offset_us, clock_error_us,
       residual_us, camera_offset_us, clock_source, camera_clock, ended, sha256, %(hour)s, %(part)s, %(mode)s, %(thin_init_id)s,
       %(thin_size)s, %(thin_frames)s, %(thin_sha256)s, %(thin_crc32)s, %(thin_fragments)s, %(now)s
from chunk
where (camera_id, start_at, run_no) = (%(camera_id)s, %(start_at)s, %(run_no)s) and sha256 = %(sha256)s
  and not held_v1(camera_id, start_at, start_at + dur_us * interval '1 microsecond')
on conflict do nothing returning 1;

-- without_row --
-- Which of these numbers of a run have no thinned chunk in the catalogue.
select x.seq from unnest(%(seqs)s::int[]) as x (seq)
where not exists (select from thinned_chunk t where t.camera_id = %(camera_id)s and t.run_no = %(run_no)s and t.seq = x.seq
                  and t.start_at >= %(hour)s and t.start_at < %(hour)s::timestamptz + interval '1 hour');

-- run_of_hour --
select s.run_no, r.run::text, k.code as camera, s.first_seq, s.last_seq
from seal s join run r using (run_no) join camera k on k.camera_id = s.camera_id
where (s.camera_id, s.hour, s.part) = (%(camera_id)s, %(hour)s, %(part)s);

-- untold_days --
-- Camera-days with thinned chunks of which the log was not told; not the one that is being worked on unless it waits for an hour.
select camera_id, date_trunc('day', start_at at time zone 'UTC') at time zone 'UTC' as day
from thinned_chunk where batch_id is null
group by 1, 2
having (camera_id, date_trunc('day', start_at at time zone 'UTC') at time zone 'UTC') <> (%(camera_id)s::int, %(day)s::timestamptz)
       or min(made_at) < %(now)s::timestamptz - interval '1 hour'
order by 1, 2;

-- untold --
-- The lines of one, in their order; locked, so that nobody tells of them twice and no purge takes them meanwhile.
select k.code as camera, t.start_at, t.run_no, r.run, t.seq, t.dur_us, t.size, t.frames, t.lost, t.clock_offset_us, t.clock_error_us,
       t.residual_us, t.camera_offset_us, t.clock_source, t.camera_clock, t.ended, t.sha256, i.sha256 as init_sha256,
       t.mode, t.thin_size, t.thin_frames, t.thin_sha256, s.root as seal
from thinned_chunk t join run r using (run_no) join camera k on k.camera_id = t.camera_id
join init_segment i using (init_id) join seal s on (s.camera_id, s.hour, s.part) = (t.camera_id, t.hour, t.part)
where t.camera_id = %(camera_id)s and t.start_at >= %(day)s and t.start_at < %(day)s::timestamptz + interval '1 day' and t.batch_id is null
order by t.start_at, t.run_no for update of t;

-- add_batch --
insert into thinning_batch (camera_id, day, n, root, made_at, entry_id, original_bytes, thinned_bytes, left_bytes)
values (%(camera_id)s, %(day)s, %(n)s, %(root)s, %(now)s, %(entry_id)s, %(original)s, %(thinned)s, %(thinned)s) returning batch_id;

-- told --
update thinned_chunk set batch_id = %(batch_id)s
where camera_id = %(camera_id)s and start_at >= %(day)s and start_at < %(day)s::timestamptz + interval '1 day' and batch_id is null;

-- expected --
-- What a purge of originals would take: those with a thinned chunk that the log was told of, and no hold. As purge.expected.
with over as (
  select a.code as agency, t.camera_id, t.hour, t.part, t.size, t.start_at,
         t.start_at + t.dur_us * interval '1 microsecond' as end_at,
         held_v1(t.camera_id, t.start_at, t.start_at + t.dur_us * interval '1 microsecond') as held
  from unnest(%(cameras)s::int[], %(froms)s::timestamptz[], %(cutoffs)s::timestamptz[]) as w (camera_id, from_at, cutoff)
  join kept_hour k on k.camera_id = w.camera_id and k.hour < w.cutoff and k.start_at < w.cutoff and k.end_at > w.from_at
  join thinned_chunk t on t.camera_id = k.camera_id and t.hour = k.hour and t.part = k.part
    and t.start_at >= k.hour and t.start_at < k.hour + interval '1 hour' and t.batch_id is not null
    and t.start_at + t.dur_us * interval '1 microsecond' <= w.cutoff
  join chunk c on (c.camera_id, c.start_at, c.run_no) = (t.camera_id, t.start_at, t.run_no)
  join camera m on m.camera_id = w.camera_id join agency a using (agency_id)
)
select agency, count(distinct camera_id) filter (where not held) as cameras,
       count(distinct (camera_id, hour, part)) filter (where not held) as hours, count(*) filter (where not held) as chunks,
       coalesce(sum(size) filter (where not held), 0)::bigint as bytes,
       count(distinct (camera_id, hour, part)) filter (where held) as held_hours,
       min(start_at) filter (where not held) as oldest, max(end_at) filter (where not held) as newest
from over group by agency order by agency;

-- beside --
-- Thinned chunks of a camera's day whose original is still there, with what the store must hold before the original goes.
select t.start_at, t.run_no, r.run::text, t.seq, t.thin_size
from thinned_chunk t join run r using (run_no)
join chunk c on (c.camera_id, c.start_at, c.run_no) = (t.camera_id, t.start_at, t.run_no)
where t.camera_id = %(camera_id)s and t.start_at >= %(day)s and t.start_at < %(day)s::timestamptz + interval '1 day'
order by r.run, t.seq;

-- forget --
-- The thinned chunk is not as it should be: it is made again while its original is there.
with gone as (
  delete from thinned_chunk t using chunk c
  where (t.camera_id, t.start_at, t.run_no) = (%(camera_id)s, %(start_at)s, %(run_no)s)
    and (c.camera_id, c.start_at, c.run_no) = (t.camera_id, t.start_at, t.run_no)
  returning t.batch_id, t.thin_size
)
update thinning_batch b set left_bytes = b.left_bytes - gone.thin_size from gone where b.batch_id = gone.batch_id;

-- due_days --
-- Camera-days of which thinned chunks are over by their cameras' cutoffs.
select t.camera_id, date_trunc('day', t.start_at at time zone 'UTC') at time zone 'UTC' as day
from unnest(%(cameras)s::int[], %(froms)s::timestamptz[], %(cutoffs)s::timestamptz[]) as w (camera_id, from_at, cutoff)
join thinned_chunk t on t.camera_id = w.camera_id and t.start_at >= w.from_at and t.start_at < w.cutoff
group by 1, 2 order by 2, 1;

-- take --
-- Takes what of a camera's day ends by the cutoff and is under no hold, with its thumbnails. After holds.lock_cameras, as a
-- statement of its own. A purge takes of a seal once, so that its tombstone says it all; what is freed later goes with the next.
with holds as materialized (
  select coalesce(range_agg(tstzrange(s.from_at, s.to_at)), '{}') as spans
  from legal_hold_span s join legal_hold h using (hold_id)
  where s.camera_id = %(camera_id)s and s.to_at > %(day)s and s.from_at < %(day_end)s::timestamptz + interval '1 hour' and h.released_at is null
),
gone as (
  delete from thinned_chunk t using holds
  where t.camera_id = %(camera_id)s and t.start_at >= %(day)s and t.start_at < %(day_end)s and t.start_at >= %(from)s
    and t.start_at + t.dur_us * interval '1 microsecond' <= %(cutoff)s
    and not holds.spans && tstzrange(t.start_at, t.start_at + t.dur_us * interval '1 microsecond')
    and not exists (select from thinned_tombstone x where (x.camera_id, x.hour, x.part, x.purge_id) = (t.camera_id, t.hour, t.part, %(purge_id)s))
  returning t.hour, t.part, t.run_no, t.seq, t.thin_size, t.batch_id, tstzrange(t.start_at, t.start_at + t.dur_us * interval '1 microsecond') as span
),
counted as (
  update thinning_batch b set left_bytes = b.left_bytes - g.bytes
  from (select batch_id, sum(thin_size) as bytes from gone group by batch_id) g where b.batch_id = g.batch_id
),
taken as materialized (
  select hour, part, run_no, range_agg(int4range(seq, seq + 1)) as seqs, range_agg(span) as spans, count(*)::int as n, sum(thin_size) as bytes
  from gone group by hour, part, run_no
),
pictures as (
  delete from thumbnail p using taken g
  where p.camera_id = %(camera_id)s and p.at >= %(day)s and p.at < %(day_end)s::timestamptz + interval '1 hour' and g.spans @> p.at
    and not exists (select from chunk c where c.camera_id = p.camera_id and c.start_at <= p.at and c.start_at > p.at - interval '20 minutes'
                    and c.start_at + c.dur_us * interval '1 microsecond' > p.at)
  returning g.hour, g.part, p.at
)
insert into thinned_tombstone (camera_id, hour, part, purge_id, run_no, seqs, spans, n, bytes, policy_id, claimed_at, pictures)
select %(camera_id)s, hour, part, %(purge_id)s, run_no, seqs, spans, n, bytes, %(policy_id)s, %(now)s,
       coalesce((select array_agg(p.at order by p.at) from pictures p where (p.hour, p.part) = (t.hour, t.part)), '{}')
from taken t;

-- claimed --
select t.camera_id, c.code as camera, t.hour, t.part, r.run::text, t.seqs, t.pictures
from thinned_tombstone t join camera c using (camera_id) join run r on r.run_no = t.run_no
where t.purge_id = %(purge_id)s and t.gone_at is null and (t.camera_id, t.hour, t.part) > (%(camera_id)s, %(hour)s::timestamptz, %(part)s)
order by t.camera_id, t.hour, t.part limit %(limit)s;

-- gone --
update thinned_tombstone t set gone_at = %(now)s, pictures = null
from unnest(%(cameras)s::int[], %(hours)s::timestamptz[], %(parts)s::int2[]) as x (camera_id, hour, part)
where t.purge_id = %(purge_id)s and t.gone_at is null and (t.camera_id, t.hour, t.part) = (x.camera_id, x.hour, x.part);

-- gone_lines --
-- What a purge took of thinned chunks, in the order of their lines.
select c.code as camera, t.hour, t.part, r.run::text, t.seqs, t.n, t.bytes
from thinned_tombstone t join camera c using (camera_id) join run r on r.run_no = t.run_no
where t.purge_id = %(purge_id)s order by c.code collate "C", t.hour, t.part;
