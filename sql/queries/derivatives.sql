-- Processed copies of exhibits: jobs, and what is ready.

-- add --
insert into case_derivative (derivative_id, case_id, number, exhibit, camera_id, from_at, to_at, parameters, nonce, reason, who, asked_at)
select %(derivative_id)s, %(case_id)s, coalesce(max(number), 0) + 1, %(exhibit)s, %(camera_id)s, %(from)s, %(to)s, %(parameters)s, %(nonce)s,
       %(reason)s, %(who)s, %(at)s
from case_derivative where case_id = %(case_id)s;

-- list --
-- Of a case by number, of some of its exhibits, or one alone.
select d.derivative_id, d.case_id, d.number, d.exhibit, d.camera_id, d.from_at, d.to_at, d.parameters, d.nonce, d.reason, d.who, d.asked_at,
       d.state, d.progress, d.attempts, d.last_error, d.size, d.sha256, d.crc32, d.statement, d.ready_at, k.code as camera, c.code as "case"
from case_derivative d join camera k using (camera_id) join case_file c using (case_id)
where (%(case_id)s::int is null or d.case_id = %(case_id)s) and (%(derivative_id)s::uuid is null or d.derivative_id = %(derivative_id)s)
  and (%(number)s::int is null or d.number = %(number)s) and (%(exhibits)s::int[] is null or d.exhibit = any(%(exhibits)s))
  and d.number > %(after)s
order by d.number limit %(limit)s;

-- claim --
-- The oldest that nobody works on; a worker that died loses its claim by time.
update case_derivative set state = 'building', attempts = attempts + 1, claimed_until = now() + %(claim_s)s * interval '1 second'
where derivative_id = (
  select derivative_id from case_derivative where state in ('queued', 'building') and claimed_until < now()
  order by asked_at limit 1 for update skip locked
)
returning derivative_id;

-- progress --
-- Keeps the claim as well; answers nothing when it was lost meanwhile.
update case_derivative set progress = %(progress)s, claimed_until = now() + %(claim_s)s * interval '1 second'
where derivative_id = %(derivative_id)s and state = 'building' and attempts = %(attempts)s returning derivative_id;

-- later --
update case_derivative set last_error = %(error)s, claimed_until = now() + %(pause_s)s * interval '1 second'
where derivative_id = %(derivative_id)s and state = 'building' and attempts = %(attempts)s;

-- wait --
-- Not counted as a try. The number still fences: the next claim has this one's, and this one is over.
update case_derivative set state = 'queued', attempts = attempts - 1, last_error = %(error)s,
                           claimed_until = now() + %(pause_s)s * interval '1 second'
where derivative_id = %(derivative_id)s and state = 'building' and attempts = %(attempts)s;

-- fail --
update case_derivative set state = 'failed', last_error = %(error)s, claimed_until = '-infinity'
where derivative_id = %(derivative_id)s and state = 'building' and attempts = %(attempts)s returning derivative_id;

-- ready --
update case_derivative set state = 'ready', progress = 1, size = %(size)s, sha256 = %(sha256)s, crc32 = %(crc32)s, statement = %(statement)s,
                           ready_at = now(), last_error = '', claimed_until = '-infinity'
where derivative_id = %(derivative_id)s and state = 'building' and attempts = %(attempts)s returning derivative_id;
