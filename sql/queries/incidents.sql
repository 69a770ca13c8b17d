-- What happened where and when. Corrections are versions; what counts is the one that nothing replaced.

-- kinds --
select code, name_en, name_id from incident_kind order by code;

-- add_kind --
insert into incident_kind (code, name_en, name_id) values (%(code)s, %(name_en)s, %(name_id)s)
on conflict do nothing returning code;

-- add --
-- Nothing where a line of the same fingerprint was brought before.
insert into incident (incident_id, version, kind, from_at, to_at, lat, lon, accuracy_m, case_id, reference, source, note,
                      fingerprint, entered_by, entered_at)
values (nextval('incident_number'), 1, %(kind)s, %(from_at)s, %(to_at)s, %(lat)s, %(lon)s, %(accuracy_m)s, %(case_id)s,
        %(reference)s, %(source)s, %(note)s, %(fingerprint)s, %(person_id)s, %(at)s)
on conflict (fingerprint) where fingerprint is not null do nothing
returning incident_id;

-- replace --
-- The version that counts ends; nothing where another one took its place meanwhile.
update incident set replaced_at = %(at)s
where incident_id = %(incident_id)s and version = %(version)s and replaced_at is null returning version;

-- add_version --
insert into incident (incident_id, version, kind, from_at, to_at, lat, lon, accuracy_m, case_id, reference, source, note,
                      withdrawn, reason, entered_by, entered_at)
values (%(incident_id)s, %(version)s + 1, %(kind)s, %(from_at)s, %(to_at)s, %(lat)s, %(lon)s, %(accuracy_m)s, %(case_id)s,
        %(reference)s, %(source)s, %(note)s, %(withdrawn)s, %(reason)s, %(person_id)s, %(at)s);

-- versions --
-- Of one incident, the newest first. A case is named to those who may know of it.
select i.*, p.name as entered_by_name, f.code as case_code
from incident i join person p on p.person_id = i.entered_by
left join case_file f on f.case_id = i.case_id
  and (%(everything)s or exists (select from case_member m where m.case_id = f.case_id and m.person_id = %(person_id)s))
where i.incident_id = %(incident_id)s
order by i.version desc;

-- list --
-- The newest first; `near` by the haversine on the mean sphere.
select i.*, p.name as entered_by_name, f.code as case_code
from incident i join person p on p.person_id = i.entered_by
left join case_file f on f.case_id = i.case_id
  and (%(everything)s or exists (select from case_member m where m.case_id = f.case_id and m.person_id = %(person_id)s))
where i.replaced_at is null and not i.withdrawn
  and (%(from)s::timestamptz is null or i.from_at >= %(from)s) and (%(to)s::timestamptz is null or i.from_at < %(to)s)
  and (%(kinds)s::text[] is null or i.kind = any(%(kinds)s))
  and (%(box)s::box is null or i.loc <@ %(box)s::box)
  and (%(boundary)s::polygon is null or i.loc <@ %(boundary)s::polygon)
  and (%(radius_m)s::float8 is null or 2 * 6371008.8 * asin(least(1, sqrt(
         power(sin(radians(i.lat - %(lat)s) / 2), 2)
         + cos(radians(%(lat)s)) * cos(radians(i.lat)) * power(sin(radians(i.lon - %(lon)s) / 2), 2)))) <= %(radius_m)s)
  and (%(before_at)s::timestamptz is null or (i.from_at, i.incident_id) < (%(before_at)s, %(before_id)s))
order by i.from_at desc, i.incident_id desc limit %(limit)s;
