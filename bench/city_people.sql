-- Who works in the city, their cases and what they were granted; statements are parted by blank lines.

insert into person (name, password_hash, role, agency_ids, area_ids)
select 'penyidik-' || lpad(n::text, 2, '0'), 'none', 'investigator',
       case when n %% 10 = 4 or n %% 10 = 5 then array[1 + n %% 25] when n %% 10 = 6 then array[1 + n %% 25, 1 + (n + 7) %% 25, 1 + (n + 13) %% 25]
            when n %% 10 = 9 then array[1 + n %% 25] end,
       case when n %% 10 = 7 then array[1 + n %% 12] when n %% 10 = 8 then array[1 + n %% 12, 1 + (n + 5) %% 12] end
from generate_series(1, %(people)s::int) n

insert into case_file (code, number, title, opened_by, opened_at)
select 'lp-' || n || '-xi-2026', 'LP/' || n || '/XI/2026', 'Perkara ' || n, 1 + n %% %(people)s::int, %(kept)s from generate_series(1, %(cases)s::int) n

insert into case_member (case_id, person_id, added_by, added_at)
select f.case_id, 1 + (f.case_id + k * 7) %% %(people)s::int, f.opened_by, f.opened_at from case_file f, generate_series(0, 2) k on conflict do nothing

insert into legal_hold (case_id, reason, review_on, placed_by, placed_at)
select case_id, 'Barang bukti ' || k, current_date + 90, opened_by, opened_at from case_file, generate_series(1, 6) k order by case_id, k

insert into case_exhibit (case_id, number, from_at, to_at, chosen, hold_id, made_by, made_at)
select h.case_id, 1 + (h.hold_id - 1) %% 6, t, t + interval '30 minutes', '{}', h.hold_id, h.placed_by, h.placed_at
from legal_hold h, lateral (select %(kept)s::timestamptz + (h.hold_id * 37 %% (%(hours)s::int - 1)) * interval '1 hour' as t) w order by h.hold_id

insert into case_exhibit_camera (exhibit_id, camera_id, name, lat, lon)
select distinct on (x.exhibit_id, c.camera_id) x.exhibit_id, c.camera_id, c.name, p.lat, p.lon
from case_exhibit x cross join generate_series(0, 5) k
join camera c on c.camera_id = 1 + (x.exhibit_id * 131 + k * 60) %% %(cameras)s::int join camera_place p using (camera_id)

insert into legal_hold_span (hold_id, camera_id, from_at, to_at, added_at)
select x.hold_id, c.camera_id, x.from_at, x.to_at, x.made_at from case_exhibit x join case_exhibit_camera c using (exhibit_id)

-- Six hours of nine cameras each, to those who else see one agency's alone.
insert into sight_grant (case_id, person_id, from_at, to_at, reason, given_by, given_at, expires_at)
select f.case_id, p.person_id, t, t + interval '6 hours', 'perkara ' || f.number, 1, %(kept)s, now() + interval '1 year'
from person p join lateral (select * from case_file f where f.opened_by = p.person_id order by f.case_id limit 2) f on true
cross join lateral (select %(kept)s::timestamptz + (f.case_id * 5 %% greatest(1, %(hours)s::int - 6)) * interval '1 hour' as t) w
where p.person_id %% 10 = 9

insert into sight_grant_camera (grant_id, camera_id)
select g.grant_id, 1 + (g.grant_id * 61 + k * 60) %% %(cameras)s::int from sight_grant g, generate_series(0, 8) k on conflict do nothing
