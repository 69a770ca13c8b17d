-- Exhibits of cases: cameras and a span, settled when they are made.

-- next_number --
-- Only while the case is locked.
select coalesce(max(number), 0) + 1 as number from case_exhibit where case_id = %(case_id)s;

-- add --
insert into case_exhibit (case_id, number, from_at, to_at, note, chosen, hold_id, made_by, made_at)
values (%(case_id)s, %(number)s, %(from)s, %(to)s, %(note)s, %(chosen)s, %(hold_id)s, %(person_id)s, %(at)s)
returning exhibit_id;

-- add_camera --
insert into case_exhibit_camera (exhibit_id, camera_id, name, lat, lon, heading_deg, fov_deg)
values (%(exhibit_id)s, %(camera_id)s, %(name)s, %(lat)s, %(lon)s, %(heading_deg)s, %(fov_deg)s);

-- list --
select x.*, p.name as made_by_name from case_exhibit x join person p on p.person_id = x.made_by
where x.case_id = %(case_id)s and x.number > %(after)s and (%(number)s::int is null or x.number = %(number)s)
order by x.number limit %(limit)s;

-- cameras --
select x.exhibit_id, x.camera_id, k.code, x.name, x.lat, x.lon, x.heading_deg, x.fov_deg
from case_exhibit_camera x join camera k using (camera_id)
where x.exhibit_id = any(%(exhibits)s) order by x.exhibit_id, k.code;

-- touched --
-- Numbers of the exhibits of a case that hold any of a camera's window.
select x.number from case_exhibit x join case_exhibit_camera c using (exhibit_id)
where x.case_id = %(case_id)s and c.camera_id = %(camera_id)s and x.from_at < %(to)s and x.to_at > %(from)s
order by x.number;
