-- A city's catalogue; statements are parted by blank lines, those that name an hour are run for each hour. Nothing in it ever was footage.

select setseed(0.42)

insert into agency (code, name, category)
select 'agency-' || lpad(i::text, 2, '0'), 'Instansi ' || i, (array['police', 'transport', 'city', 'bank', 'mall', 'hospital', 'hotel'])[1 + i %% 7]
from generate_series(1, 25) i

insert into site (code, agency_id, name, address, lat, lon)
select 'site-' || lpad(n::text, 2, '0'), 1 + n %% 25, 'Lokasi ' || n, 'Jl. Uji No. ' || n, -1.43 + random() * 0.18, 116.80 + random() * 0.18
from generate_series(0, 59) n

insert into area (code, name, boundary, geojson)
select 'area-' || x || y, 'Wilayah ' || x || y,
       polygon(box(point(116.80 + x * 0.045, -1.43 + y * 0.06), point(116.845 + x * 0.045, -1.37 + y * 0.06))),
       jsonb_build_object('type', 'Polygon', 'coordinates', jsonb_build_array(jsonb_build_array(
         jsonb_build_array(116.80 + x * 0.045, -1.43 + y * 0.06), jsonb_build_array(116.845 + x * 0.045, -1.43 + y * 0.06),
         jsonb_build_array(116.845 + x * 0.045, -1.37 + y * 0.06), jsonb_build_array(116.80 + x * 0.045, -1.37 + y * 0.06),
         jsonb_build_array(116.80 + x * 0.045, -1.43 + y * 0.06))))
from generate_series(0, 3) x, generate_series(0, 2) y

insert into camera (code, name, agency_id, site_id, source_sealed, source_masked, created_at)
select 'cam-' || lpad(i::text, 5, '0'), 'Kamera ' || i || ' ' || s.name, s.agency_id, s.site_id, repeat('x', 180), 'rtsp://10.1.' || i / 250 || '.' || i %% 250 || '/live',
       %(from)s::timestamptz
from generate_series(1, %(cameras)s::int) i join site s on s.code = 'site-' || lpad((i %% 60)::text, 2, '0') order by i

-- Three of ten stand at another agency's corner.
insert into camera_place (camera_id, valid_from, lat, lon, heading_deg, fov_deg)
select c.camera_id, '2020-01-01', s.lat + (random() + random() - 1) * 0.004, s.lon + (random() + random() - 1) * 0.004, floor(random() * 360), 90
from camera c join site s on s.code = 'site-' || lpad((case when c.camera_id %% 10 < 7 then c.camera_id else c.camera_id * 13 + 7 end %% 60)::text, 2, '0')

insert into camera_status (camera_id, state, reason, since, codec, width, height, fps, mbps, last_frame_at, recorder, seen_at)
select camera_id, case when camera_id %% 20 = 0 then 'failed' else 'recording' end, case when camera_id %% 20 = 0 then 'unreachable' end,
       %(to)s::timestamptz - interval '1 hour', 'h264', 1920, 1080, 25, 1.2, %(to)s::timestamptz, 'rec-' || camera_id %% 40, %(to)s::timestamptz
from camera

insert into init_segment (sha256, codec, codecs, width, height, audio, body)
select sha256(convert_to('init' || n, 'UTF8')), 'h264', 'avc1.64001f', 1920, 1080, 'none', decode(repeat('0a1b2c3d', 190), 'hex') from generate_series(1, 8) n

insert into run (run, camera_id, epoch, recorder, reason, parent, opened_at, tip, last_seq, sealed_seq, sealed_tip, sealed_end, closed_at, close_reason, closed_tip)
select gen_random_uuid(), camera_id, d + 1, 'rec-' || camera_id %% 40, 'lease', sha256('p'), at, sha256('t'), 7200, 7200, sha256('t'), at + interval '5 days',
       case when d < %(days)s::int / 5 - 1 then at + interval '5 days' end, case when d < %(days)s::int / 5 - 1 then 'handed over' end,
       case when d < %(days)s::int / 5 - 1 then sha256('t') end
from generate_series(0, %(days)s::int / 5 - 1) d, camera, lateral (select %(from)s::timestamptz + d * interval '5 days' as at) t order by d, camera_id

delete from run_owed

create table city_piece as
select r.camera_id, r.run_no, r.opened_at, r.opened_at + n * interval '8 hours' + interval '1 second' * (random() * 20) as start_at,
       case when r.closed_at is null and n = 14 then %(to)s::timestamptz
            else r.opened_at + (n + 1) * interval '8 hours' - interval '1 second' * power(random(), 6) * 9000 end as end_at,
       r.closed_at is null and n = 14 as open
from run r, generate_series(0, 14) n

insert into coverage_run (camera_id, start_at, end_at, run_no)
select camera_id, start_at, end_at, run_no from city_piece where not open order by end_at

update run set stretch_start = p.start_at, last_end = p.end_at from city_piece p where p.open and p.run_no = run.run_no

update run set last_end = opened_at + interval '5 days' where closed_at is not null

insert into outage (camera_id, start_at, end_at, reason, recorder)
select camera_id, end_at, following, (array['unreachable', 'unreachable', 'auth_failed', 'stalled', 'recorder_down', 'no_keyframe'])[1 + floor(random() * 6)], 'r'
from (select camera_id, end_at, lead(start_at) over (partition by camera_id order by start_at) as following from city_piece) p
where following > end_at + interval '2 seconds' and random() < 0.95 order by end_at

alter table seal disable trigger user

insert into seal (camera_id, hour, part, run_no, first_seq, last_seq, n, bytes, frames, spans, chain_in, chain_out, root)
select r.camera_id, h, 1, r.run_no, s, s + 59, 60, 450000000, 90000, tstzmultirange(tstzrange(h, h + interval '1 hour')), sha256('i'), sha256('o'), sha256('r')
from generate_series(%(from)s::timestamptz, %(to)s::timestamptz - interval '1 hour', '1 hour') h
join run r on r.opened_at <= h and r.opened_at > h - interval '5 days'
cross join lateral (select 1 + 60 * (extract(epoch from h - r.opened_at)::int / 3600) as s) q order by h, r.camera_id

alter table seal enable trigger user

insert into kept_hour (camera_id, hour, part, n, bytes, start_at, end_at)
select camera_id, hour, 1, n, bytes, hour, hour + interval '1 hour' from seal where hour >= %(kept)s::timestamptz order by hour, camera_id

insert into purge_run (kind, state, noticed_at, due_at, started_at) values ('policy', 'running', %(kept)s, %(kept)s, %(kept)s)

alter table tombstone disable trigger user

insert into tombstone (camera_id, hour, part, purge_id, run_no, seqs, spans, n, bytes, claimed_at, gone_at, pictures)
select camera_id, hour, 1, purge_id, run_no, int4multirange(int4range(first_seq, last_seq + 1)), spans, n, bytes, due_at, due_at, null
from seal, purge_run where hour < %(kept)s::timestamptz order by hour, camera_id

alter table tombstone enable trigger user

select add_chunk_day((%(kept)s::timestamptz at time zone 'UTC')::date + d) from generate_series(0, 1 + %(hours)s::int / 24) d

-- As recorders bring them: minute by minute, all cameras in turn.
insert into chunk (camera_id, run_no, start_at, seq, dur_us, size, frames, lost, init_id, clock_offset_us, clock_error_us,
                   residual_us, camera_offset_us, clock_source, camera_clock, ended, sha256, fragments, crc32)
select p.camera_id, p.run_no, s, 1 + extract(epoch from s - p.opened_at)::int / 60, 1000000 * extract(epoch from least(p.end_at, s + interval '1 minute') - s),
       7500000, 1500, 0, 1 + p.camera_id %% 8, 0, 15000 * random(), 0, 500000 * (random() - 0.5), 1, 1, 0,
       sha256(convert_to(p.run_no || '/' || s, 'UTF8')), %(fragments)s::bytea, 1
from city_piece p cross join lateral generate_series(
  p.start_at + greatest(0, ceil(extract(epoch from %(hour)s::timestamptz - p.start_at) / 60)) * interval '1 minute',
  least(p.end_at - interval '1 millisecond', %(hour)s::timestamptz + interval '1 hour' - interval '1 us'), '1 minute') as s
where p.start_at < %(hour)s::timestamptz + interval '1 hour' and p.end_at > %(hour)s::timestamptz
order by s, p.camera_id

insert into thumbnail (camera_id, at, object_key, size)
select c.camera_id, c.start_at, 'thumbnails/' || k.code || '/' || to_char(c.start_at at time zone 'UTC', 'YYYY/MM/DD/HH24MISS') || '-' || c.run_no || '.jpg', 9000
from chunk c join camera k using (camera_id) where c.start_at >= %(hour)s::timestamptz and c.start_at < %(hour)s::timestamptz + interval '1 hour'
order by c.start_at
