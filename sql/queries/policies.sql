-- Retention policies: versions, what is in force when, and what it means for a camera.

-- in_force --
-- The newest accepted version of every scope that is in effect. The epoch stands for a beginning that nobody remembers.
with newest as (
  select distinct on (scope, agency_id, site_id, camera_id, category) *
  from retention_policy
  where state = 'accepted' and effective_at <= %(at)s
  order by scope, agency_id, site_id, camera_id, category, effective_at desc, policy_id desc
)
select n.policy_id, n.scope, coalesce(a.code, s.code, k.code, n.category, '') as subject, n.keep_us, n.min_us, n.max_us, n.basis,
       greatest(n.effective_at, 'epoch') as effective_at
from newest n left join agency a using (agency_id) left join site s using (site_id) left join camera k using (camera_id)
order by n.policy_id;

-- of_cameras --
select camera_id, keep_us, min_us, max_us, policy_id, limit_id from camera_policy_v1(%(at)s);

-- get --
select n.policy_id, n.scope, coalesce(a.code, s.code, k.code, n.category, '') as subject, n.agency_id, n.site_id, n.camera_id,
       n.keep_us, n.min_us, n.max_us, n.basis, n.reason, greatest(n.effective_at, 'epoch') as effective_at, n.state, n.shortens,
       n.preview, n.preview_sha256, n.proposed_by, n.proposed_at, n.decided_by, n.decided_at, n.entry_id,
       p.name as proposed_name, p.role as proposed_role, d.name as decided_name, d.role as decided_role
from retention_policy n
left join agency a using (agency_id) left join site s using (site_id) left join camera k using (camera_id)
left join person p on p.person_id = n.proposed_by left join person d on d.person_id = n.decided_by
where n.policy_id = %(policy_id)s;
