-- Retention policies: versions, what is in force when, what it means for a camera, dry runs, and their entries in the log.

-- in_force --
-- The newest accepted version of every scope that is in effect. The epoch stands for a beginning that nobody remembers.
with newest as (
  select distinct on (scope, agency_id, site_id, camera_id, category) *
  from retention_policy
  where state = 'accepted' and effective_at <= %(at)s
  order by scope, agency_id, site_id, camera_id, category, effective_at desc, policy_id desc
)
select n.policy_id, n.scope, coalesce(a.code, s.code, k.code, n.category, '') as subject, n.agency_id, n.site_id,
       n.category, n.keep_us, n.min_us, n.max_us, n.basis, greatest(n.effective_at, 'epoch') as effective_at
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

-- list --
-- Newest first. Those of scopes that reach a camera of the agencies `reach` (null: all). What is `past` is neither in
-- force nor to come. With a camera, only what may decide about it.
with newest as (
  select distinct on (scope, agency_id, site_id, camera_id, category) policy_id
  from retention_policy where state = 'accepted' and effective_at <= %(at)s
  order by scope, agency_id, site_id, camera_id, category, effective_at desc, policy_id desc
)
select n.policy_id, n.scope, coalesce(a.code, s.code, k.code, n.category, '') as subject, n.agency_id, n.site_id, n.camera_id,
       n.keep_us, n.min_us, n.max_us, n.basis, n.reason, greatest(n.effective_at, 'epoch') as effective_at, n.state, n.shortens,
       n.preview, n.preview_sha256, n.proposed_by, n.proposed_at, n.decided_by, n.decided_at, n.entry_id,
       p.name as proposed_name, p.role as proposed_role, d.name as decided_name, d.role as decided_role,
       case when n.state = 'proposed' and n.effective_at <= %(at)s then 'lapsed'
            when n.state <> 'accepted' then n.state when n.effective_at > %(at)s then 'scheduled'
            when n.policy_id in (select policy_id from newest) then 'in_force' else 'past' end as standing
from retention_policy n
left join agency a using (agency_id) left join site s using (site_id) left join camera k using (camera_id)
left join person p on p.person_id = n.proposed_by left join person d on d.person_id = n.decided_by
where (%(policy_id)s::int is null or n.policy_id = %(policy_id)s)
  and (%(before)s::int is null or n.policy_id < %(before)s)
  and (%(history)s or n.state = 'proposed'
       or (n.state = 'accepted' and (n.effective_at > %(at)s or n.policy_id in (select policy_id from newest))))
  and (%(reach)s::int[] is null or n.scope = 'default' or n.agency_id = any(%(reach)s)
       or n.category in (select category from agency where agency_id = any(%(reach)s))
       or s.agency_id = any(%(reach)s) or k.agency_id = any(%(reach)s)
       or exists (select from camera c where c.site_id = n.site_id and c.agency_id = any(%(reach)s)))
  and (%(camera_id)s::int is null or n.scope = 'default' or n.camera_id = %(camera_id)s
       or exists (select from camera c join agency o using (agency_id)
                  where c.camera_id = %(camera_id)s
                    and (c.agency_id = n.agency_id or c.site_id = n.site_id or o.category = n.category)))
order by n.policy_id desc limit %(limit)s;

-- subject --
-- What a change is of: its ids, the agency that owns it, and the classes and agencies of all cameras that it reaches.
select a.agency_id as agency_id, null::int as site_id, null::int as camera_id, a.agency_id as owner_id, a.category as owner_category,
       array[a.category] as categories, array[a.agency_id] as agencies
from agency a where %(scope)s = 'agency' and a.code = %(subject)s
union all
select null, s.site_id, null, s.agency_id, min(o.category), array_agg(distinct a.category), array_agg(distinct a.agency_id)
from site s join agency o on o.agency_id = s.agency_id
cross join lateral (select s.agency_id union select c.agency_id from camera c where c.site_id = s.site_id) r
join agency a on a.agency_id = r.agency_id
where %(scope)s = 'site' and s.code = %(subject)s group by s.site_id
union all
select null, null, c.camera_id, a.agency_id, a.category, array[a.category], array[a.agency_id]
from camera c join agency a using (agency_id) where %(scope)s = 'camera' and c.code = %(subject)s;

-- categories_used --
select distinct category from agency;

-- changes_after --
select distinct effective_at from retention_policy where state = 'accepted' and effective_at > %(at)s order by 1;

-- open_proposal --
-- What is proposed of the same subject and not decided; `lapsed` when its time has passed.
select policy_id, effective_at <= now() as lapsed from retention_policy
where state = 'proposed' and scope = %(scope)s
  and (agency_id, site_id, camera_id, category)
      is not distinct from (%(agency_id)s::int, %(site_id)s::int, %(camera_id)s::int, %(category)s::text);

-- add --
insert into retention_policy (policy_id, scope, agency_id, site_id, camera_id, category, keep_us, min_us, max_us, basis, reason, effective_at,
                              state, preview, preview_sha256, proposed_by, proposed_at, decided_by, decided_at, shortens)
overriding system value
values (coalesce(%(policy_id)s::int, nextval(pg_get_serial_sequence('retention_policy', 'policy_id'))::int),
        %(scope)s, %(agency_id)s, %(site_id)s, %(camera_id)s, %(category)s, %(keep_us)s, %(min_us)s, %(max_us)s, %(basis)s, %(reason)s,
        %(effective_at)s, %(state)s, %(preview)s, %(preview_sha256)s, %(proposed_by)s, %(proposed_at)s, %(decided_by)s, %(decided_at)s,
        %(shortens)s)
returning policy_id;

-- decide --
update retention_policy
set state = %(state)s, decided_by = %(person_id)s, decided_at = %(at)s, entry_id = %(entry_id)s
where policy_id = %(policy_id)s;

-- logged --
update retention_policy set entry_id = %(entry_id)s where policy_id = %(policy_id)s;

-- add_event --
insert into policy_event (entry_id, policy_id, event, nonce, body)
values (%(entry_id)s, %(policy_id)s, %(event)s, %(nonce)s, %(body)s);

-- owed --
-- Starting values that no entry tells of yet: the first of their scope, there before anybody set one.
select policy_id from retention_policy p
where entry_id is null and proposed_by is null and effective_at = '-infinity' and scope in ('default', 'class')
  and not exists (select from retention_policy o where o.scope = p.scope and o.category is not distinct from p.category
                                                   and o.policy_id < p.policy_id)
order by policy_id limit %(limit)s;

-- camera_names --
select c.camera_id, c.code as camera, a.code as agency from camera c join agency a using (agency_id)
where c.camera_id = any(%(cameras)s) order by a.code, c.code;

-- add_preview --
insert into policy_preview (sha256, made_by, made_at, told) values (%(sha256)s, %(person_id)s, %(at)s, %(told)s)
on conflict do nothing;

-- preview --
select made_by, made_at, told from policy_preview where sha256 = %(sha256)s;

-- forget_previews --
delete from policy_preview where made_at < %(before)s;
