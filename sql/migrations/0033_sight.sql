-- Whose cameras people see: of agencies, in areas, and for one case what an officer grants for a while.

alter table person add column area_ids int[];

create table sight_grant (
  grant_id    int generated always as identity primary key,
  case_id     int not null references case_file,
  person_id   int not null references person,
  from_at     timestamptz not null,
  to_at       timestamptz not null check (to_at > from_at),
  reason      text not null check (reason <> ''),
  given_by    int not null references person,
  given_at    timestamptz not null,
  expires_at  timestamptz not null check (expires_at > given_at),
  ended_by    int references person,
  ended_at    timestamptz,
  check ((ended_by is null) = (ended_at is null))
);
create index sight_grant_person on sight_grant (person_id) where ended_at is null;
create index sight_grant_case on sight_grant (case_id);

create table sight_grant_camera (
  grant_id   int not null references sight_grant,
  camera_id  int not null references camera,
  primary key (grant_id, camera_id)
);

create function refuse_grant_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.ended_at is null and new.ended_at is not null
     and (new.grant_id, new.case_id, new.person_id, new.from_at, new.to_at, new.reason, new.given_by, new.given_at, new.expires_at)
       = (old.grant_id, old.case_id, old.person_id, old.from_at, old.to_at, old.reason, old.given_by, old.given_at, old.expires_at) then
    return new;
  end if;
  raise exception 'a grant is ended and never changed: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger sight_grant_never_changes before update or delete on sight_grant for each row execute function refuse_grant_change();
create trigger sight_grant_camera_never_changes before update or delete on sight_grant_camera for each row execute function refuse_change();

-- Whether a person whose sight is limited may know of a camera: it is of their agencies, stands in their areas at the
-- instant, or is granted to them.
create function camera_known_v1(p_person int, p_camera int, p_agency int, p_at timestamptz) returns boolean language sql stable as $$
  select exists (
    select from person s where s.person_id = p_person and (
      p_agency = any(s.agency_ids)
      or exists (select from camera_place p join area a on p.loc <@ a.boundary
                 where p.camera_id = p_camera and p.valid_from <= p_at and p.valid_to > p_at and a.area_id = any(s.area_ids))
      or exists (select from sight_grant_camera c join sight_grant g using (grant_id) join case_file f using (case_id)
                 where c.camera_id = p_camera and g.person_id = p_person and g.ended_at is null and g.expires_at > now()
                   and f.state = 'open')))
$$;

-- Whether the footage of all of a span is theirs to see without a grant: it is of their agencies, or the camera stood in
-- their areas all the while. A camera that is moved takes nothing with it.
create function footage_own_v1(p_person int, p_camera int, p_agency int, p_from timestamptz, p_to timestamptz)
returns boolean language sql stable as $$
  select exists (
    select from person s where s.person_id = p_person and (
      p_agency = any(s.agency_ids)
      or (s.area_ids is not null
          and exists (select from camera_place p where p.camera_id = p_camera and p.valid_from <= p_from and p.valid_to > p_from)
          and not exists (select from camera_place p
                          where p.camera_id = p_camera and p.valid_from < p_to and p.valid_to > p_from and not exists (
                            select from area a where a.area_id = any(s.area_ids) and p.loc <@ a.boundary)))))
$$;

-- Whether they may see it at all: it is theirs, or lies in what one grant gives.
create function footage_seen_v1(p_person int, p_camera int, p_agency int, p_from timestamptz, p_to timestamptz)
returns boolean language sql stable as $$
  select footage_own_v1(p_person, p_camera, p_agency, p_from, p_to) or exists (
    select from sight_grant_camera c join sight_grant g using (grant_id) join case_file f using (case_id)
    where c.camera_id = p_camera and g.person_id = p_person and g.ended_at is null and g.expires_at > now()
      and f.state = 'open' and g.from_at <= p_from and g.to_at >= p_to)
$$;

-- Whether they may know of an agency: it is theirs, or a camera of it that they may know of.
create function agency_known_v1(p_person int, p_agency int) returns boolean language sql stable as $$
  select exists (select from person s where s.person_id = p_person and p_agency = any(s.agency_ids))
      or exists (select from camera c where c.agency_id = p_agency and camera_known_v1(p_person, c.camera_id, c.agency_id, now()))
$$;

create function site_known_v1(p_person int, p_site int, p_agency int) returns boolean language sql stable as $$
  select exists (select from person s where s.person_id = p_person and p_agency = any(s.agency_ids))
      or exists (select from camera c where c.site_id = p_site and camera_known_v1(p_person, c.camera_id, c.agency_id, now()))
$$;
