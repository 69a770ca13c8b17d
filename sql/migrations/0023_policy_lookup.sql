-- The same answers as before, in time that grows with cameras and policies, not with one times the other.

create or replace function camera_policy_v1(p_at timestamptz) returns table (
  camera_id int, keep_us bigint, min_us bigint, max_us bigint, policy_id int, limit_id int
) language sql stable as $$
  with newest as not materialized (
    select distinct on (scope, p.agency_id, p.site_id, p.camera_id, category) p.*
    from retention_policy p
    where state = 'accepted' and effective_at <= p_at
    order by scope, p.agency_id, p.site_id, p.camera_id, category, effective_at desc, p.policy_id desc
  )
  select c.camera_id, greatest(l.min_us, least(l.max_us, coalesce(m.keep_us, s.keep_us, b.keep_us, d.keep_us))), l.min_us, l.max_us,
         case when m.keep_us is not null then m.policy_id when s.keep_us is not null then s.policy_id
              when b.keep_us is not null then b.policy_id else d.policy_id end, l.policy_id
  from camera c join agency a using (agency_id)
  join newest l on l.scope = 'class' and l.category = a.category
  left join newest m on m.scope = 'camera' and m.camera_id = c.camera_id
  left join newest s on s.scope = 'site' and s.site_id = c.site_id
  left join newest b on b.scope = 'agency' and b.agency_id = c.agency_id
  left join newest d on d.scope = 'default'
  where coalesce(m.keep_us, s.keep_us, b.keep_us, d.keep_us) is not null
$$;

create or replace function camera_thinning_v1(p_at timestamptz) returns table (
  camera_id int, mode text, after_us bigint, thinning_id int, keep_us bigint
) language sql stable as $$
  with newest as not materialized (
    select distinct on (scope, t.agency_id, t.site_id, t.camera_id) t.*
    from thinning_policy t
    where state = 'accepted' and decided_at <= p_at
    order by scope, t.agency_id, t.site_id, t.camera_id, decided_at desc, t.thinning_id desc
  )
  select c.camera_id, w.mode, greatest(w.after_us, p.min_us), w.thinning_id, p.keep_us
  from camera c join camera_policy_v1(p_at) p using (camera_id)
  left join newest m on m.scope = 'camera' and m.camera_id = c.camera_id
  left join newest s on s.scope = 'site' and s.site_id = c.site_id
  left join newest b on b.scope = 'agency' and b.agency_id = c.agency_id
  left join newest d on d.scope = 'default'
  join thinning_policy w on w.thinning_id = coalesce(m.thinning_id, s.thinning_id, b.thinning_id, d.thinning_id)
  where w.mode is not null and greatest(w.after_us, p.min_us) < p.keep_us
$$;
