-- What will be deleted in the coming days, and whom to tell.

-- expiring --
-- Hours of each camera that are over by a purge to come and were not by the one before, held ones apart.
with w as materialized (
  select * from unnest(%(cameras)s::int[], %(steps)s::int[], %(froms)s::timestamptz[], %(cutoffs)s::timestamptz[], %(policies)s::int[])
    as w (camera_id, step, from_at, cutoff, policy_id)
),
holds as materialized (
  select s.camera_id, range_agg(tstzrange(s.from_at, s.to_at)) as spans
  from legal_hold_span s join legal_hold h using (hold_id)
  where h.released_at is null and s.camera_id = any(%(cameras)s::int[]) group by s.camera_id
)
select a.code as agency, a.name as agency_name, w.step, w.policy_id, count(distinct k.camera_id) filter (where not x.held) as cameras,
       count(*) filter (where not x.held) as hours, coalesce(sum(k.bytes) filter (where not x.held), 0)::bigint as bytes,
       min(k.start_at) filter (where not x.held) as oldest, max(k.end_at) filter (where not x.held) as newest,
       count(*) filter (where x.held) as held_hours, coalesce(sum(k.bytes) filter (where x.held), 0)::bigint as held_bytes
from w join kept_hour k on k.camera_id = w.camera_id and k.hour >= w.from_at - interval '2 hours' and k.hour < w.cutoff
                        and k.end_at > w.from_at and k.end_at <= w.cutoff
join camera c on c.camera_id = w.camera_id join agency a using (agency_id)
left join holds on holds.camera_id = w.camera_id
cross join lateral (select coalesce(holds.spans && tstzrange(k.start_at, k.end_at), false) as held) x
group by a.code, a.name, w.step, w.policy_id order by a.code, w.step, w.policy_id;

-- reviews --
-- Holds whose review date comes by a day, with how many cameras of each agency they cover.
select a.code as agency, a.name as agency_name, h.hold_id, h.review_on, count(distinct s.camera_id) as cameras
from legal_hold h join legal_hold_span s using (hold_id) join camera c using (camera_id) join agency a using (agency_id)
where h.released_at is null and h.review_on <= %(until)s
group by a.code, a.name, h.hold_id, h.review_on order by a.code, h.review_on, h.hold_id limit 10000;

-- waiting --
-- Deletions by hand that have not begun.
select purge_id from purge_run where kind = 'manual' and state = 'noticed' order by purge_id limit 1000;

-- agencies_of_cameras --
select a.code, a.name, array_agg(c.code order by c.code) as cameras
from camera c join agency a using (agency_id) where c.code = any(%(codes)s::text[]) group by a.code, a.name order by a.code;

-- owed --
-- Agencies with an address whose mail of a day is still to be sent, or to be tried again.
select a.agency_id, a.code, a.contact_email, coalesce(m.attempts, 0) as attempts
from agency a left join digest_mail m on m.agency_id = a.agency_id and m.day = %(day)s
where a.contact_email <> '' and m.sent_at is null and coalesce(m.attempts, 0) < %(most)s and coalesce(m.next_at, '-infinity') <= now()
order by a.code limit %(limit)s;

-- try --
-- Counted before it is sent: whoever else looks meanwhile leaves it alone. Answers nothing when another was first.
insert into digest_mail (agency_id, day, attempts, next_at)
values (%(agency_id)s, %(day)s, 1, now() + %(pause_s)s * interval '1 second')
on conflict (agency_id, day) do update set attempts = digest_mail.attempts + 1, next_at = excluded.next_at
  where digest_mail.attempts = %(attempts)s and digest_mail.sent_at is null
returning attempts;

-- sent --
update digest_mail set sent_at = now(), last_error = '' where agency_id = %(agency_id)s and day = %(day)s;

-- failed --
update digest_mail set last_error = %(error)s where agency_id = %(agency_id)s and day = %(day)s;
