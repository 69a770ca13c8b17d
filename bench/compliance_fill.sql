-- A month of a city as its catalogue tells of it; statements are parted by blank lines. Nothing in it ever was footage.

insert into agency (code, name, category)
select 'agency-' || i, 'Agency ' || i, (array['bank', 'mall', 'hospital', 'hotel', 'transport'])[1 + i %% 5] from generate_series(1, 40) i

insert into site (code, agency_id, name) select a.code || '-site-' || n, a.agency_id, 'Site ' || n from agency a, generate_series(1, 5) n

insert into agency_terms (agency_id, from_day, obliged, basis, cameras, uptime_percent, retention_days, clock_error_ms, made_by)
select agency_id, '2020-01-01', true, 'Perwali', 60, 95, 30, 2000, 'bench' from agency

insert into camera (code, name, agency_id, site_id, source_sealed, source_masked, created_at)
select 'cam-' || lpad(i::text, 5, '0'), 'Camera ' || i, s.agency_id, s.site_id, 'x', 'x', %(from)s::timestamptz - interval '60 days'
from generate_series(1, %(cameras)s::int) i
join (select *, row_number() over (order by site_id) as place from site) s on s.place = 1 + i %% (select count(*) from site) order by i

insert into run (run, camera_id, epoch, recorder, reason, parent, opened_at, tip, sealed_tip, sealed_end)
select gen_random_uuid(), camera_id, d, 'r', 'lease', sha256('p'), %(from)s::timestamptz + (d - 5) * interval '1 day', sha256('t'), sha256('t'),
%(from)s::timestamptz from camera, generate_series(0, 34) d

create temp table piece as
select r.camera_id, r.run_no, r.opened_at + n * interval '8 hours' + interval '1 second' * (random() * 20) as start_at,
r.opened_at + (n + 1) * interval '8 hours' - interval '1 second' * power(random(), 6) * 9000 as end_at
from run r, generate_series(0, 2) n

insert into coverage_run (camera_id, start_at, end_at, run_no) select camera_id, start_at, end_at, run_no from piece

insert into outage (camera_id, start_at, end_at, reason, recorder)
select camera_id, end_at, following, (array['unreachable', 'unreachable', 'auth_failed', 'stalled', 'recorder_down', 'no_keyframe'])[1 + floor(random() * 6)], 'r'
from (select camera_id, end_at, lead(start_at) over (partition by camera_id order by start_at) as following from piece) p
where following > end_at + interval '2 seconds' and random() < 0.95

insert into chunk_dropped (run_no, seq, camera_id, start_at, end_at)
select run_no, 1, camera_id, start_at + interval '1 hour', start_at + interval '61 minutes' from piece where random() < 0.002 on conflict do nothing

insert into clock_hour (camera_id, hour, error_us, offset_us)
select camera_id, %(from)s::timestamptz + h * interval '1 hour', 15000 * random(), 500000 * (random() - 0.5)
from generate_series(-24, 30 * 24) h, camera

select add_chunk_day((%(from)s::timestamptz at time zone 'UTC')::date + d) from generate_series(-2, 31) d

insert into init_segment (sha256, codec, codecs, width, height, audio, body)
values (sha256('init'), 'h264', 'avc1', 640, 360, 'none', 'init') on conflict do nothing

insert into chunk (camera_id, run_no, start_at, seq, dur_us, size, frames, lost, init_id, clock_offset_us, clock_error_us,
residual_us, camera_offset_us, clock_source, camera_clock, ended, sha256, fragments)
select p.camera_id, p.run_no, s, row_number() over (partition by p.run_no order by s), 1000000 * extract(epoch from least(p.end_at, s + interval '1 minute') - s),
2500000, 1500, 0, 1, 0, 15000 * random(), 0, 500000 * (random() - 0.5), 1, 1, 0, sha256('c'), decode(repeat('0a1b2c3d', 30), 'hex')
from piece p cross join lateral generate_series(p.start_at, p.end_at - interval '1 millisecond', '1 minute') as s
where p.camera_id in (select camera_id from camera order by camera_id limit %(peer_cameras)s::int)
and p.start_at >= %(from)s::timestamptz - interval '1 day' and p.end_at < %(from)s::timestamptz + interval '31 days'
