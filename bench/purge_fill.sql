-- A day of a city, made up by the database itself; statements are parted by blank lines. Nothing in it ever was footage.

insert into agency (code, name, category) values ('bench', 'Bench', 'city') on conflict do nothing

insert into camera (code, name, agency_id, source_sealed, source_masked)
select 'cam-' || lpad(i::text, 5, '0'), 'Camera ' || i, agency_id, 'x', 'x'
from generate_series(%(first)s::int, %(last)s::int) i, agency where code = 'bench'

insert into init_segment (sha256, codec, codecs, width, height, audio, body)
values (sha256('init'), 'h264', 'avc1', 640, 360, 'none', 'init') on conflict do nothing

insert into run (run, camera_id, epoch, recorder, reason, parent, opened_at, tip, last_seq, sealed_seq, sealed_tip,
sealed_end, stretch_start, last_end)
select gen_random_uuid(), camera_id, 1, 'r', 'lease', sha256('p'), %(day)s::timestamptz, sha256('t'), 24 * %(n)s::int, 24 * %(n)s::int, sha256('t'),
%(day)s::timestamptz + interval '1 day', %(day)s::timestamptz, %(day)s::timestamptz + interval '1 day'
from camera where code between 'cam-' || lpad(%(first)s::int::text, 5, '0') and 'cam-' || lpad(%(last)s::int::text, 5, '0')

select add_chunk_day((%(day)s::timestamptz at time zone 'UTC')::date)

insert into chunk (camera_id, run_no, start_at, seq, dur_us, size, frames, lost, init_id, clock_offset_us, clock_error_us,
residual_us, camera_offset_us, clock_source, camera_clock, ended, sha256, fragments)
select r.camera_id, r.run_no, r.opened_at + (s - 1) * %(length)s::interval, s, %(length_us)s::int, 2500000, 1500, 0, 1, 0, 0, 0, 0, 0, 0, 0,
sha256(convert_to(r.run_no || '/' || s, 'UTF8')), decode(repeat('0a1b2c3d', 30), 'hex')
from generate_series(1, 24 * %(n)s::int) s, run r
where r.opened_at = %(day)s::timestamptz and not exists (select from chunk c where c.run_no = r.run_no)

insert into seal (camera_id, hour, part, run_no, first_seq, last_seq, n, bytes, frames, spans, chain_in, chain_out, root)
select r.camera_id, r.opened_at + h * interval '1 hour', 1, r.run_no, h * %(n)s::int + 1, (h + 1) * %(n)s::int, %(n)s::int, 2500000 * %(n)s::int,
1500 * %(n)s::int, tstzmultirange(tstzrange(r.opened_at + h * interval '1 hour', r.opened_at + (h + 1) * interval '1 hour')),
sha256('i'), sha256('o'), sha256(convert_to(r.run_no || '/' || h, 'UTF8'))
from run r, generate_series(0, 23) h
where r.opened_at = %(day)s::timestamptz and not exists (select from seal s where s.run_no = r.run_no)

delete from seal_owed

delete from run_owed

insert into thumbnail (camera_id, at, object_key, size)
select c.camera_id, c.start_at, 'thumbnails/' || k.code || '/' || c.seq || '.jpg', 9000
from chunk c join camera k using (camera_id) on conflict do nothing
