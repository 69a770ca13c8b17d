-- Incidents: what happened where and when, for hot spots, blind spots and the points of patrols.

create table incident_kind (
  code     text primary key check (code ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name_en  text not null check (name_en <> ''),
  name_id  text not null check (name_id <> '')
);
insert into incident_kind (code, name_en, name_id) values
  ('jambret', 'snatch theft', 'jambret'),
  ('curanmor', 'motor vehicle theft', 'pencurian kendaraan bermotor'),
  ('curat', 'aggravated theft', 'pencurian dengan pemberatan'),
  ('curas', 'theft with violence', 'pencurian dengan kekerasan'),
  ('begal', 'street robbery of riders', 'begal'),
  ('penganiayaan', 'assault', 'penganiayaan'),
  ('tawuran', 'group brawl', 'tawuran'),
  ('balap-liar', 'illegal street race', 'balap liar'),
  ('vandalisme', 'vandalism', 'perusakan'),
  ('laka-lantas', 'traffic accident', 'kecelakaan lalu lintas'),
  ('lain', 'other', 'lain-lain');

create table incident (
  incident_id  int not null,
  version      int not null check (version > 0),
  kind         text not null references incident_kind,
  from_at      timestamptz not null,
  to_at        timestamptz not null check (to_at >= from_at),
  lat          float8 not null check (lat between -90 and 90),
  lon          float8 not null check (lon between -180 and 180),
  accuracy_m   float8 not null check (accuracy_m between 1 and 50000),
  loc          point generated always as (point(lon, lat)) stored,
  case_id      int references case_file,
  reference    text not null default '',
  source       text not null default '',
  note         text not null default '',
  withdrawn    boolean not null default false,
  reason       text not null default '',
  fingerprint  bytea check (length(fingerprint) = 32),
  entered_by   int not null references person,
  entered_at   timestamptz not null,
  replaced_at  timestamptz,
  primary key (incident_id, version),
  check (version = 1 or reason <> '')
);
create sequence incident_number as int owned by incident.incident_id;
create unique index incident_current on incident (incident_id) where replaced_at is null;
create unique index incident_import on incident (fingerprint) where fingerprint is not null;
create index incident_when on incident (from_at) where replaced_at is null and not withdrawn;

create function refuse_incident_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.replaced_at is null and new.replaced_at is not null
     and to_jsonb(new) - array['replaced_at', 'loc'] = to_jsonb(old) - array['replaced_at', 'loc'] then
    return new;
  end if;
  raise exception 'an incident is corrected by a new version: % refused', tg_op using errcode = 'restrict_violation';
end $$;
create trigger incident_never_changes before update or delete on incident for each row execute function refuse_incident_change();
create trigger incident_never_empties before truncate on incident for each statement execute function refuse_change();

-- Incidents of a window with the cameras that stood within some metres at that time: how many there were, and whether
-- one of them recorded all of it; when `p_kept`, only what can still be watched counts. Of cameras that somebody with
-- limits sees anyway. An incident with no camera near, or less
-- exact than the radius, has 0 and false.
create function incident_watched_v1(p_sight int, p_from timestamptz, p_to timestamptz, p_kinds text[], p_box box,
                                    p_boundary polygon, p_radius_m float8, p_kept boolean)
returns table (incident_id int, kind text, from_at timestamptz, to_at timestamptz, lat float8, lon float8, loc point,
               accuracy_m float8, cameras int, recorded boolean) language sql stable as $$
  -- Places are points of the mean sphere, metres from its middle: the chord between two is told without trigonometry.
  with chosen as materialized (
    select i.incident_id, i.kind, i.from_at, i.to_at, i.lat, i.lon, i.loc, i.accuracy_m,
           6371008.8 * cos(radians(i.lat)) * cos(radians(i.lon)) as u, 6371008.8 * cos(radians(i.lat)) * sin(radians(i.lon)) as v,
           6371008.8 * sin(radians(i.lat)) as w
    from incident i
    where i.replaced_at is null and not i.withdrawn and i.from_at >= p_from and i.from_at < p_to
      and (p_kinds is null or i.kind = any(p_kinds))
      and (p_box is null or i.loc <@ p_box) and (p_boundary is null or i.loc <@ p_boundary)
  ),
  -- Cells at least as large as the radius: whoever is near enough stands in the same one or in one beside it.
  cell as materialized (
    select p_radius_m / 111000 as high,
           p_radius_m / (111000 * cos(radians(least(85, coalesce(max(abs(chosen.lat)), 0) + 1)))) as wide from chosen
  ),
  stand as materialized (
    select p.camera_id, p.valid_from, p.valid_to,
           6371008.8 * cos(radians(p.lat)) * cos(radians(p.lon)) as u, 6371008.8 * cos(radians(p.lat)) * sin(radians(p.lon)) as v,
           6371008.8 * sin(radians(p.lat)) as w,
           floor(p.lat / cell.high)::int + dy.by as y, floor(p.lon / cell.wide)::int + dx.by as x
    from camera_place p join camera c using (camera_id) cross join cell
    cross join generate_series(-1, 1) as dy (by) cross join generate_series(-1, 1) as dx (by)
    where p.valid_from < p_to and p.valid_to > p_from
      and (p_sight is null or footage_own_v1(p_sight, c.camera_id, c.agency_id, p.valid_from, p.valid_from + interval '1 us'))
  ),
  near as (
    select i.incident_id, i.from_at, i.to_at, array_agg(s.camera_id) as cameras
    from chosen i cross join cell join stand s
      on s.y = floor(i.lat / cell.high)::int and s.x = floor(i.lon / cell.wide)::int
     and s.valid_from <= i.from_at and s.valid_to > i.to_at
    where i.accuracy_m <= p_radius_m
      and (s.u - i.u) * (s.u - i.u) + (s.v - i.v) * (s.v - i.v) + (s.w - i.w) * (s.w - i.w)
          <= power(2 * 6371008.8 * sin(p_radius_m / (2 * 6371008.8)), 2)
    group by i.incident_id, i.from_at, i.to_at
  ),
  counted as (
    -- The first camera that recorded is enough.
    select n.incident_id, cardinality(n.cameras) as cameras, exists (select from unnest(n.cameras) as k (camera_id) where exists (
      -- The stretch that began last is nearly always the one; two runs that overlap are looked at after it.
      select from (
        (select v.run_no, v.end_at from coverage_run v
         where v.camera_id = k.camera_id and v.start_at <= n.from_at order by v.start_at desc limit 1)
        union all
        (select r.run_no, r.last_end from run r
         where r.camera_id = k.camera_id and r.stretch_start <= n.from_at and r.last_end > n.to_at)
        union all
        (select v.run_no, v.end_at
         from (select o.start_at from coverage_run o
               where o.camera_id = k.camera_id and o.start_at <= n.from_at and o.end_at > n.to_at offset 0) found
         join coverage_run v on v.camera_id = k.camera_id and v.start_at = found.start_at)
      ) held
      where held.end_at > n.to_at
        and not exists (select from chunk_dropped d
                        where d.camera_id = k.camera_id and d.run_no = held.run_no
                          and d.start_at > n.from_at - interval '20 minutes' and d.start_at <= n.to_at and d.end_at > n.from_at)
        and (not p_kept
             or not exists (select from tombstone t
                            where t.camera_id = k.camera_id and t.run_no = held.run_no
                              and t.hour > n.from_at - interval '80 minutes' and t.hour <= n.from_at and t.spans @> n.from_at)
             or exists (select from thinned_chunk l
                        where l.camera_id = k.camera_id and l.run_no = held.run_no
                          and l.start_at > n.from_at - interval '20 minutes' and l.start_at <= n.from_at
                          and l.start_at + l.dur_us * interval '1 microsecond' > n.from_at))
    )) as recorded
    from near n
  )
  select i.incident_id, i.kind, i.from_at, i.to_at, i.lat, i.lon, i.loc, i.accuracy_m,
         coalesce(k.cameras, 0), coalesce(k.recorded, false)
  from chosen i left join counted k using (incident_id)
$$;

-- Whether a camera was recorded at an instant long ago is told by the index alone.
drop index coverage_run_end;
create index coverage_run_end on coverage_run (camera_id, end_at) include (start_at);
