-- A person's marks in footage.

-- add --
insert into case_bookmark (person_id, camera_id, from_at, to_at, label, case_id, made_at)
values (%(person_id)s, %(camera_id)s, %(from)s, %(to)s, %(label)s, %(case_id)s, %(at)s) returning bookmark_id;

-- list --
-- One's own, or with a case everyone's in it.
select b.*, k.code as camera, k.agency_id, c.code as case_code, c.number as case_number, p.name as person
from case_bookmark b join camera k using (camera_id) join person p using (person_id) left join case_file c using (case_id)
where (case when %(case_id)s::int is null then b.person_id = %(person_id)s else b.case_id = %(case_id)s end)
  and (%(bookmark_id)s::int is null or b.bookmark_id = %(bookmark_id)s)
  and (%(camera_id)s::int is null or b.camera_id = %(camera_id)s)
  and (%(sight)s::int is null or footage_seen_v1(%(sight)s, k.camera_id, k.agency_id, b.from_at, coalesce(b.to_at, b.from_at + interval '1 us')))
  and (%(before)s::int is null or b.bookmark_id < %(before)s)
order by b.bookmark_id desc limit %(limit)s;

-- change --
update case_bookmark set from_at = %(from)s, to_at = %(to)s, label = %(label)s where bookmark_id = %(bookmark_id)s;

-- drop --
delete from case_bookmark where bookmark_id = %(bookmark_id)s;
