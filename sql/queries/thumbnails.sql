-- Thumbnails owed and made.

-- claim --
-- Takes due items; a claim runs out by time, and an item that failed waits longer each time, for a day at most.
update outbox o set claimed_until = now() + %(claim_s)s * interval '1 second', attempts = attempts + 1
from (
  select outbox_id from outbox
  where kind = 'thumbnail' and claimed_until < now()
  order by claimed_until, outbox_id
  limit %(limit)s
  for update skip locked
) due
where o.outbox_id = due.outbox_id
returning o.outbox_id, o.camera_id, (select code from camera c where c.camera_id = o.camera_id) as camera, o.run_no, o.start_at, o.attempts;

-- done --
delete from outbox where outbox_id = %(outbox_id)s;

-- fail --
update outbox set last_error = %(error)s,
                  claimed_until = now() + least(power(2, least(attempts, 17)), 86400) * interval '1 second'
where outbox_id = %(outbox_id)s;

-- add --
insert into thumbnail (camera_id, at, object_key, size) values (%(camera_id)s, %(at)s, %(object_key)s, %(size)s)
on conflict (camera_id, at) do nothing;
