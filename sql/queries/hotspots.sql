-- What incidents say beside the cameras: by hour, by cell of a grid, where nothing recorded, where patrols would stand.
-- Hours are of the archive's zone. `watched` comes from incident_watched_v1.

-- hours --
-- By area (each one, or the one asked for), hour and, when asked, day of the week (1 Monday). An hour is null where
-- the time is not known to within an hour; an incident in two areas counts in both.
with watched as materialized (
  select * from incident_watched_v1(%(sight)s, %(from)s, %(to)s, %(kinds)s, %(box)s::box, %(boundary)s::polygon, %(radius_m)s, false)
)
select place.code as area, place.name as area_name,
       case when not %(weekdays)s or w.to_at - w.from_at > interval '1 hour' then null
            else extract(isodow from w.from_at at time zone %(zone)s::interval)::int end as weekday,
       case when w.to_at - w.from_at > interval '1 hour' then null
            else extract(hour from w.from_at at time zone %(zone)s::interval)::int end as hour,
       count(*)::int as incidents, count(*) filter (where w.accuracy_m > %(radius_m)s)::int as vague,
       count(*) filter (where w.accuracy_m <= %(radius_m)s and w.cameras > 0)::int as near_camera,
       count(*) filter (where w.accuracy_m <= %(radius_m)s and w.recorded)::int as recorded
from watched w
left join lateral (select a.code, a.name from area a where %(per_area)s and w.loc <@ a.boundary) place on true
group by 1, 2, 3, 4 order by 1 nulls last, 3 nulls last, 4 nulls last;

-- cells --
-- A grid of squares counted from the equator and the prime meridian, so that a cell is the same in every answer.
-- Incidents whose place is less exact than half a cell are counted, and in no cell.
with chosen as materialized (
  select i.lat, i.lon, i.accuracy_m, i.from_at from incident i
  where i.replaced_at is null and not i.withdrawn and i.from_at >= %(from)s and i.from_at < %(to)s
    and (%(kinds)s::text[] is null or i.kind = any(%(kinds)s))
    and (%(box)s::box is null or i.loc <@ %(box)s::box) and (%(boundary)s::polygon is null or i.loc <@ %(boundary)s::polygon)
),
total as (
  select count(*)::int as total, count(*) filter (where accuracy_m > %(cell_m)s / 2)::int as vague,
         coalesce(round(avg(lat)), 0) as level from chosen
),
size as (select %(cell_m)s / 111194.93 as high, %(cell_m)s / (111194.93 * cos(radians(least(85, abs(level))))) as wide from total),
cells as (
  select floor(c.lat / size.high) * size.high as south, floor(c.lon / size.wide) * size.wide as west,
         count(*)::int as incidents, max(c.from_at) as last_at
  from chosen c cross join size where c.accuracy_m <= %(cell_m)s / 2 group by 1, 2
)
select total.total, total.vague, size.high, size.wide, k.south, k.west, k.incidents, k.last_at,
       count(k.incidents) over ()::int as cells
from total cross join size left join cells k on true
order by k.incidents desc nulls last, k.south, k.west limit %(limit)s;

-- blind_spots --
-- The newest first, beside the counts of all. `near` counts those with a camera within the radius that did not record.
with watched as materialized (
  select * from incident_watched_v1(%(sight)s, %(from)s, %(to)s, %(kinds)s, %(box)s::box, %(boundary)s::polygon, %(radius_m)s, %(kept)s)
),
total as (
  select count(*)::int as total, count(*) filter (where accuracy_m > %(radius_m)s)::int as vague,
         count(*) filter (where accuracy_m <= %(radius_m)s and not recorded)::int as blind,
         count(*) filter (where accuracy_m <= %(radius_m)s and not recorded and cameras > 0)::int as near
  from watched
),
page as materialized (
  select * from watched
  where accuracy_m <= %(radius_m)s and not recorded
    and (%(before_at)s::timestamptz is null or (from_at, incident_id) < (%(before_at)s, %(before_id)s))
  order by from_at desc, incident_id desc limit %(limit)s
),
theirs as materialized (
  select p.camera_id, p.valid_from, p.valid_to, p.lat, p.lon, p.loc, p.heading_deg, p.fov_deg
  from camera_place p join camera c using (camera_id)
  where %(sight)s::int is not null and p.valid_from < %(to)s and p.valid_to > %(from)s
    and footage_own_v1(%(sight)s, c.camera_id, c.agency_id, p.valid_from, p.valid_from + interval '1 us')
)
select total.total, total.vague, total.blind, total.near, page.incident_id, page.kind, page.from_at, page.to_at, page.lat, page.lon,
       page.accuracy_m, page.cameras, c.code as camera, n.camera_lat, n.camera_lon, n.heading_deg, n.fov_deg, n.distance_m,
       (select o.reason from outage o
        where o.camera_id = n.camera_id and o.start_at <= page.from_at and (o.end_at is null or o.end_at > page.from_at)
        order by o.start_at desc limit 1) as outage,
       exists (select from chunk_dropped d
               where d.camera_id = n.camera_id and d.start_at > page.from_at - interval '20 minutes'
                 and d.start_at <= page.to_at and d.end_at > page.from_at) as dropped,
       exists (select from tombstone t
               where t.camera_id = n.camera_id and t.hour > page.from_at - interval '80 minutes' and t.hour <= page.from_at
                 and t.spans @> page.from_at) as purged
from total left join page on true
left join lateral (
  -- Indonesia lies within 11 degrees of the equator, where degrees order neighbours nearly as metres do.
  select k.camera_id, k.lat as camera_lat, k.lon as camera_lon, k.heading_deg, k.fov_deg,
         2 * 6371008.8 * asin(least(1, sqrt(power(sin(radians(k.lat - page.lat) / 2), 2)
           + cos(radians(page.lat)) * cos(radians(k.lat)) * power(sin(radians(k.lon - page.lon) / 2), 2)))) as distance_m
  from (
    (select p.camera_id, p.lat, p.lon, p.heading_deg, p.fov_deg from camera_place p
     where %(sight)s::int is null and p.valid_from <= page.from_at and p.valid_to > page.to_at
     order by p.loc <-> page.loc limit 8)
    union all
    (select p.camera_id, p.lat, p.lon, p.heading_deg, p.fov_deg from theirs p
     where p.valid_from <= page.from_at and p.valid_to > page.to_at
     order by p.loc <-> page.loc limit 8)
  ) k
  order by distance_m, k.camera_id limit 1
) n on true
left join camera c on c.camera_id = n.camera_id
order by page.from_at desc, page.incident_id desc;

-- shifts --
-- Of patrols: those whose hour and place are exact enough, with the hour that the archive's clocks showed.
select w.lat, w.lon, extract(hour from w.from_at at time zone %(zone)s::interval)::int as hour,
       extract(isodow from w.from_at at time zone %(zone)s::interval)::int as weekday, w.from_at, w.cameras, w.recorded,
       w.to_at - w.from_at > interval '1 hour' as vague_time, w.accuracy_m > %(radius_m)s as vague_place
from incident_watched_v1(%(sight)s, %(from)s, %(to)s, %(kinds)s, %(box)s::box, %(boundary)s::polygon, %(radius_m)s, false) w
order by w.lat, w.lon, w.incident_id;

-- cameras_around --
-- Cameras that stand within the radius of each of these points now.
select w.place::int as place, count(c.camera_id)::int as cameras
from unnest(%(lats)s::float8[], %(lons)s::float8[]) with ordinality as w (lat, lon, place)
left join camera_place p on p.valid_from <= %(at)s and p.valid_to > %(at)s
  and 2 * 6371008.8 * asin(least(1, sqrt(power(sin(radians(p.lat - w.lat) / 2), 2)
        + cos(radians(w.lat)) * cos(radians(p.lat)) * power(sin(radians(p.lon - w.lon) / 2), 2)))) <= %(radius_m)s
left join camera c on c.camera_id = p.camera_id and c.enabled
  and (%(sight)s::int is null or camera_known_v1(%(sight)s, c.camera_id, c.agency_id, %(at)s))
group by w.place order by w.place;
