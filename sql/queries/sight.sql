-- Whose cameras people see, and what is granted to them for one case.

-- seen --
-- Which of these spans they may see, by their places in the list.
select w.place::int as place
from unnest(%(cameras)s::int[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) with ordinality as w (camera_id, from_at, to_at, place)
join camera c using (camera_id)
where footage_seen_v1(%(sight)s, c.camera_id, c.agency_id, w.from_at, w.to_at);

-- knows_agency --
select exists (
  select from agency a where a.code = %(agency)s and (%(sight)s::int is null or agency_known_v1(%(sight)s, a.agency_id))
) as known;

-- granted_case --
-- The case of the newest grant that gives the span; none where it is theirs anyway.
select f.code
from sight_grant g join sight_grant_camera c using (grant_id) join case_file f using (case_id) join camera k using (camera_id)
where g.person_id = %(sight)s and c.camera_id = %(camera_id)s and g.ended_at is null and g.expires_at > now() and f.state = 'open'
  and g.from_at <= %(from)s and g.to_at >= %(to)s
  and not footage_own_v1(%(sight)s, k.camera_id, k.agency_id, %(from)s, %(to)s)
order by g.grant_id desc limit 1;

-- grant --
insert into sight_grant (case_id, person_id, from_at, to_at, reason, given_by, given_at, expires_at)
values (%(case_id)s, %(grantee)s, %(from)s, %(to)s, %(reason)s, %(person_id)s, %(at)s, %(expires)s)
returning grant_id;

-- grant_cameras --
insert into sight_grant_camera (grant_id, camera_id) select %(grant_id)s, unnest(%(cameras)s::int[]);

-- end_grant --
update sight_grant set ended_by = %(person_id)s, ended_at = %(at)s where grant_id = %(grant_id)s and ended_at is null
returning grant_id;

-- end_grants_of --
update sight_grant set ended_by = %(person_id)s, ended_at = %(at)s
where case_id = %(case_id)s and person_id = %(grantee)s and ended_at is null and expires_at > %(at)s
returning grant_id;

-- grants --
-- Of a case, of a person, or one; the newest first.
select g.grant_id, f.code as case_code, f.number as case_number, p.name as person, g.from_at, g.to_at, g.reason,
       b.name as given_by, g.given_at, g.expires_at, e.name as ended_by, g.ended_at,
       g.ended_at is null and g.expires_at > now() and f.state = 'open' as in_force,
       array(select k.code from sight_grant_camera c join camera k using (camera_id) where c.grant_id = g.grant_id order by k.code) as cameras
from sight_grant g join case_file f using (case_id) join person p using (person_id) join person b on b.person_id = g.given_by
left join person e on e.person_id = g.ended_by
where (%(case_id)s::int is null or g.case_id = %(case_id)s) and (%(grantee)s::int is null or g.person_id = %(grantee)s)
  and (%(grant_id)s::int is null or g.grant_id = %(grant_id)s) and (%(before)s::int is null or g.grant_id < %(before)s)
  and (not %(in_force)s or (g.ended_at is null and g.expires_at > now() and f.state = 'open'))
order by g.grant_id desc limit %(limit)s;
