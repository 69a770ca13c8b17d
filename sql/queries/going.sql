-- What of footage goes and what of it holds keep, counted to the chunk.

-- count --
-- Of each window: what begins at `from` or after, and ends after `after` and by `cutoff`. Hours that lie wholly within, and
-- are held wholly or not at all, are counted from `kept_hour`; of others every chunk is asked. `young` ends after `old_by`.
with wanted as materialized (
  select w.*, greatest(w.from_at, w.after_at) as since
  from unnest(%(cameras)s::int[], %(numbers)s::int[], %(froms)s::timestamptz[], %(afters)s::timestamptz[], %(cutoffs)s::timestamptz[],
              %(old_bys)s::timestamptz[]) as w (camera_id, number, from_at, after_at, cutoff, old_by)
), holds as materialized (
  select s.camera_id, range_agg(tstzrange(s.from_at, s.to_at)) as spans from legal_hold_span s join legal_hold h using (hold_id)
  where s.camera_id = any(%(cameras)s::int[]) and h.released_at is null group by s.camera_id
), hours as materialized (
  select w.*, k.hour, k.part, k.n, k.bytes, k.start_at, k.end_at, h.spans, coalesce(h.spans @> x.span, false) as held,
         k.start_at >= w.since and k.end_at <= w.cutoff and (h.spans is null or h.spans @> x.span or not h.spans && x.span) as whole
  from wanted w
  join kept_hour k on k.camera_id = w.camera_id and k.hour > w.since - interval '80 minutes' and k.hour < w.cutoff
                      and k.start_at < w.cutoff and k.end_at > w.since
  left join holds h on h.camera_id = w.camera_id
  cross join lateral (select tstzrange(k.start_at, k.end_at) as span) x
), counted as (
  select camera_id, number, n, bytes, held, start_at, end_at, end_at > old_by as young, hour, part from hours where whole
  union all
  select h.camera_id, h.number, count(*)::int, sum(c.size)::bigint, e.held, min(c.start_at), max(e.end_at), max(e.end_at) > h.old_by, h.hour, h.part
  from hours h join seal s using (camera_id, hour, part)
  join chunk c on c.camera_id = h.camera_id and c.run_no = s.run_no and c.seq between s.first_seq and s.last_seq
                  and c.start_at >= h.start_at and c.start_at < h.end_at
  cross join lateral (
    select x.end_at, coalesce(h.spans && tstzrange(c.start_at, x.end_at), false) as held
    from (select c.start_at + c.dur_us * interval '1 microsecond' as end_at) x
  ) e
  where not h.whole and c.start_at >= h.from_at and e.end_at > h.after_at and e.end_at <= h.cutoff
  group by h.camera_id, h.number, h.hour, h.part, h.old_by, e.held
)
select camera_id, number, count(*) filter (where not held) as hours, coalesce(sum(n) filter (where not held), 0)::bigint as chunks,
       coalesce(sum(bytes) filter (where not held), 0)::bigint as bytes, count(*) filter (where held) as held_hours,
       coalesce(sum(n) filter (where held), 0)::bigint as held_chunks, coalesce(sum(bytes) filter (where held), 0)::bigint as held_bytes,
       count(*) filter (where not held and young) as young_hours,
       min(start_at) filter (where not held) as oldest, max(end_at) filter (where not held) as newest
from counted group by camera_id, number;
