-- Agencies, sites, areas and cameras.

-- add_agency --
insert into agency (code, name, category) values (%(code)s, %(name)s, %(category)s)
on conflict (code) do nothing returning agency_id;

-- agencies --
select code, name, category from agency
where (%(sight)s::int is null or agency_known_v1(%(sight)s, agency_id)) and code > %(after)s order by code limit %(limit)s;

-- set_contact --
update agency set contact_email = %(contact_email)s where code = %(code)s returning code;

-- agency --
select agency_id, code, name, category from agency where code = %(code)s;

-- agency_codes --
select code from agency where agency_id = any(%(agency_ids)s) order by code;

-- add_site --
insert into site (code, agency_id, name, address, lat, lon)
select %(code)s, agency_id, %(name)s, %(address)s, %(lat)s, %(lon)s from agency where code = %(agency)s
on conflict (code) do nothing returning site_id;

-- sites --
select s.code, s.name, s.address, s.lat, s.lon, a.code as agency from site s join agency a using (agency_id)
where (%(sight)s::int is null or site_known_v1(%(sight)s, s.site_id, s.agency_id)) and s.code > %(after)s order by s.code limit %(limit)s;

-- site --
select s.site_id, s.code, s.name, s.address, s.lat, s.lon, a.code as agency from site s join agency a using (agency_id)
where s.code = %(code)s;

-- add_area --
insert into area (code, name, boundary, geojson) values (%(code)s, %(name)s, %(boundary)s::polygon, %(geojson)s)
on conflict (code) do nothing returning area_id;

-- areas --
select code, name, geojson from area where code > %(after)s order by code limit %(limit)s;

-- boundary --
select boundary::text as boundary from area where code = %(code)s;

-- add_camera --
insert into camera (code, name, agency_id, site_id, source_sealed, source_masked)
select %(code)s, %(name)s, a.agency_id, s.site_id, %(source_sealed)s, %(source_masked)s
from agency a left join site s on s.code = %(site)s
where a.code = %(agency)s
on conflict (code) do nothing returning camera_id;

-- place --
-- From an instant on the camera stands here; where it stood before ends there.
with ended as (
  update camera_place set valid_to = %(valid_from)s
  where camera_id = %(camera_id)s and valid_from < %(valid_from)s and valid_to > %(valid_from)s
)
insert into camera_place (camera_id, valid_from, lat, lon, heading_deg, fov_deg)
values (%(camera_id)s, %(valid_from)s, %(lat)s, %(lon)s, %(heading_deg)s, %(fov_deg)s)
on conflict (camera_id, valid_from) do update
set lat = excluded.lat, lon = excluded.lon, heading_deg = excluded.heading_deg, fov_deg = excluded.fov_deg;

-- sealed --
-- The address as it is kept, for whoever holds the key and has to see whether another one is the same.
select source_sealed from camera where code = %(code)s;

-- some_sealed --
-- Enough to see whether the key at hand is the one that sealed them.
select source_sealed from camera order by camera_id desc limit 50;

-- change --
-- What is null stays as it is. Another address makes recorders connect anew, as another site with its list does.
update camera set name = coalesce(%(name)s, name), enabled = coalesce(%(enabled)s, enabled),
                  site_id = coalesce((select s.site_id from site s where s.code = %(site)s), site_id),
                  source_sealed = coalesce(%(source_sealed)s, source_sealed),
                  source_masked = coalesce(%(source_masked)s, source_masked),
                  source_version = source_version + case when %(source_sealed)s::text is null
                                                           and site_id is not distinct from coalesce((select s.site_id from site s where s.code = %(site)s), site_id) then 0 else 1 end
where code = %(code)s
returning camera_id;

-- search --
-- Cameras with their place at an instant, nearest first (haversine on the mean sphere), then by code.
with found as (
  select c.camera_id, c.agency_id, c.code, c.name, c.enabled, c.source_masked, a.code as agency, a.name as agency_name, a.category,
         s.code as site, s.name as site_name, p.lat, p.lon, p.heading_deg, p.fov_deg,
         case when %(lat)s::float8 is null then null else 2 * 6371008.8 * asin(least(1, sqrt(
           power(sin(radians(p.lat - %(lat)s) / 2), 2)
           + cos(radians(%(lat)s)) * cos(radians(p.lat)) * power(sin(radians(p.lon - %(lon)s) / 2), 2)))) end as distance_m,
         -- Nobody reports on a camera that is switched off, and nobody has to: it stands still by our own doing.
         case when not c.enabled then 'stopped' when heard.fresh then t.state else 'unknown' end as state,
         case when not c.enabled then 'disabled' when heard.fresh then t.reason else 'recorder_down' end as reason,
         case when c.enabled and heard.fresh then t.detail end as detail,
         case when c.enabled then case when heard.fresh then t.since else t.seen_at end end as since,
         t.codec, t.width, t.height, t.fps, t.mbps, t.last_frame_at
  from camera c
  join agency a using (agency_id)
  left join site s using (site_id)
  left join camera_place p on p.camera_id = c.camera_id and p.valid_from <= %(at)s and p.valid_to > %(at)s
  left join camera_status t on t.camera_id = c.camera_id
  cross join lateral (select t.seen_at > now() - interval '15 seconds' as fresh) heard
  where (%(sight)s::int is null or case when %(seen_from)s::timestamptz is null
           then camera_known_v1(%(sight)s, c.camera_id, c.agency_id, %(at)s)
           else footage_seen_v1(%(sight)s, c.camera_id, c.agency_id, %(seen_from)s, %(seen_to)s) end)
    and (%(codes)s::text[] is null or c.code = any(%(codes)s))
    and (%(box)s::box is null or p.loc <@ %(box)s::box)
    and (%(boundary)s::polygon is null or p.loc <@ %(boundary)s::polygon)
    and (%(agency)s::text is null or a.code = %(agency)s)
    and (%(category)s::text is null or a.category = %(category)s)
    and (%(q)s::text is null or c.code ilike %(q)s or c.name ilike %(q)s or a.name ilike %(q)s or s.name ilike %(q)s)
)
select f.*, latest.last_end, picture.object_key as thumbnail_key
from found f
left join lateral (select max(r.last_end) as last_end from run r where r.camera_id = f.camera_id) latest on true
left join lateral (
  -- Span by span: a picture is of an instant, and what is granted may lie far back.
  select h.object_key
  from (select '-infinity'::timestamptz as from_at, 'infinity'::timestamptz as to_at where %(sight)s::int is null
        union all select * from footage_spans_v1(%(sight)s, f.camera_id, f.agency_id)) w
  cross join lateral (
    select t.at, t.object_key from thumbnail t
    where t.camera_id = f.camera_id and t.at >= w.from_at and t.at < w.to_at order by t.at desc limit 1) h
  order by h.at desc limit 1
) picture on true
where (%(radius_m)s::float8 is null or f.distance_m <= %(radius_m)s)
  and (%(status)s::text is null or f.state = %(status)s)
  and (coalesce(f.distance_m, 0), f.code) > (%(after_m)s, %(after)s)
order by coalesce(f.distance_m, 0), f.code
limit %(limit)s;

-- recorded_at --
-- Which of these cameras were recorded at one instant, and what is there of it: purged is what has all of it purged since,
-- unless thinning left keyframes.
with held as (
  select camera_id, run_no from coverage_run
  where camera_id = any(%(cameras)s) and start_at <= %(at)s and end_at > %(at)s
  union
  select camera_id, run_no from run
  where camera_id = any(%(cameras)s) and stretch_start <= %(at)s and last_end > %(at)s
)
select camera_id, case when not bool_and(exists (
  select 1 from tombstone t
  where t.camera_id = held.camera_id and t.run_no = held.run_no and t.hour > %(at)s::timestamptz - interval '80 minutes'
    and t.hour <= %(at)s and t.spans @> %(at)s::timestamptz
)) then 'stored' when bool_or(exists (
  select 1 from thinned_chunk l
  where l.camera_id = held.camera_id and l.run_no = held.run_no and l.start_at > %(at)s::timestamptz - interval '20 minutes'
    and l.start_at <= %(at)s and l.start_at + l.dur_us * interval '1 microsecond' > %(at)s
)) then 'thinned' else 'purged' end as state from held
where not exists (
  select 1 from chunk_dropped d where d.run_no = held.run_no and d.start_at <= %(at)s and d.end_at > %(at)s
)
group by camera_id;
