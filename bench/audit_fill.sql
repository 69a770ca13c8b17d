-- Years of an audit trail; statements are parted by blank lines. Nobody in it ever did anything.

select setseed(0.42)

alter table audit disable trigger user

-- A third are searches around a corner, the others are about one camera; a few cameras are asked for far more than others.
insert into audit (at, person, role, address, action, object, purpose, result, cameras, case_code, from_at, to_at)
select t, 'penyidik-' || lpad(who::text, 2, '0'), 'investigator', '10.0.' || who || '.7', action,
       case when action = 'search' then jsonb_build_object('near', array['-1.3567,116.8472'], 'radius_m', array['300'], 'from', array[f], 'to', array[f + l])
            else jsonb_build_object('camera', 'cam-' || lpad(cam::text, 5, '0'), 'from', f, 'to', f + l) end,
       'penyidikan', case when n %% 97 = 0 then 'denied' else 'ok' end,
       case when action = 'log in' then '{}' when action = 'search'
            then array(select 'cam-' || lpad((1 + (cam + k * 60) %% 2000)::text, 5, '0') from generate_series(0, 14) k order by 1)
            else array['cam-' || lpad(cam::text, 5, '0')] end,
       case when action not in ('log in', 'search') and n %% 5 < 2 then 'lp-' || 1 + n %% 3000 || '-xi-2026' else '' end,
       case when action <> 'log in' then f end, case when action <> 'log in' then f + l end
from generate_series(%(first)s::bigint, %(last)s::bigint) n
cross join lateral (select %(until)s::timestamptz - (%(rows)s::bigint - n) * interval '10 seconds' as t, 1 + floor(power(random(), 2) * 200)::int as who,
  1 + floor(power(random(), 2) * 2000)::int as cam, interval '30 minutes' * (1 + random()) as l,
  (array['segments', 'segments', 'segments', 'play', 'play', 'still', 'search', 'search', 'search', 'log in'])[1 + floor(random() * 10 + n * 0)] as action) a
cross join lateral (select t - interval '30 days' * random() - interval '1 hour' as f) b

alter table audit enable trigger user
