-- What will be deleted in the coming days, and whom to tell.

-- cameras --
-- Whose a camera is.
select c.camera_id, a.code as agency, a.name as agency_name from camera c join agency a using (agency_id);

-- unsealed --
-- Cameras of each agency whose last purge of the week reaches what is under no seal yet, or still to be recorded.
select a.code as agency, a.name as agency_name, count(*) as cameras
from unnest(%(cameras)s::int[], %(cutoffs)s::timestamptz[]) as w (camera_id, cutoff)
join camera c using (camera_id) join agency a using (agency_id)
where (c.enabled and w.cutoff > %(now)s)
   or exists (select from run r where r.camera_id = c.camera_id and r.last_seq > r.sealed_seq and r.sealed_end < w.cutoff)
group by a.code, a.name;

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
