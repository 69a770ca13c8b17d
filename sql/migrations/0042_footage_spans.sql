-- What of a camera's footage is to be seen, as spans: the newest picture among it is looked up in each, where before every
-- picture of a camera that is theirs for some hours alone was asked, one after the other, whether it was.
create function footage_spans_v1(p_person int, p_camera int, p_agency int)
returns table (from_at timestamptz, to_at timestamptz) language sql stable as $$
  select '-infinity'::timestamptz, 'infinity'::timestamptz
  from person s where s.person_id = p_person and p_agency = any(s.agency_ids)
  union all
  select p.valid_from, p.valid_to from camera_place p
  where p.camera_id = p_camera and exists (
    select from person s join area a on a.area_id = any(s.area_ids) where s.person_id = p_person and p.loc <@ a.boundary)
  union all
  select g.from_at, g.to_at
  from sight_grant_camera c join sight_grant g using (grant_id) join case_file f using (case_id)
  where c.camera_id = p_camera and g.person_id = p_person and g.ended_at is null and g.expires_at > now() and f.state = 'open'
$$;
