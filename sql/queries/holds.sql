-- Evidence locks, what they cover, how they end.

-- lock_cameras --
-- One lock a camera until the transaction ends, in the order of their ids: whoever places a hold and whoever purges.
with wanted as materialized (select distinct unnest(%(cameras)s::int[]) as camera_id order by 1)
select count(pg_advisory_xact_lock(hashtext('saksi hold'), camera_id)) as locked from wanted;

-- share_camera --
-- The same lock for whoever adds an object that follows footage: those need not wait for one another.
select pg_advisory_xact_lock_shared(hashtext('saksi hold'), %(camera_id)s) as shared;

-- add --
insert into legal_hold (case_id, reason, reference, review_on, placed_by, placed_at)
values (%(case_id)s, %(reason)s, %(reference)s, %(review_on)s, %(person_id)s, %(at)s)
returning hold_id;

-- add_span --
insert into legal_hold_span (hold_id, camera_id, from_at, to_at, added_at)
values (%(hold_id)s, %(camera_id)s, %(from)s, %(to)s, %(at)s) on conflict do nothing;

-- list --
-- Newest first. Seen by who placed it, by the case's members, and by `everything`; of those whose `sight` is
-- limited, officers also see what is for no case and covers nothing that they may not see.
select h.*, c.code as case_code, c.number as case_number, p.name as placed_by_name, a.name as release_asked_by_name,
       r.name as released_by_name
from legal_hold h
join person p on p.person_id = h.placed_by
left join person a on a.person_id = h.release_asked_by
left join person r on r.person_id = h.released_by
left join case_file c using (case_id)
where (%(everything)s or h.placed_by = %(person_id)s
       or exists (select 1 from case_member m where m.case_id = h.case_id and m.person_id = %(person_id)s)
       or (%(officer)s and h.case_id is null and not exists (
             select 1 from legal_hold_span s join camera k using (camera_id)
             where s.hold_id = h.hold_id and not footage_seen_v1(%(sight)s, k.camera_id, k.agency_id, s.from_at, s.to_at))))
  and (%(hold_id)s::int is null or h.hold_id = %(hold_id)s)
  and (%(case_id)s::int is null or h.case_id = %(case_id)s)
  and (%(camera_id)s::int is null or exists (
         select 1 from legal_hold_span s where s.hold_id = h.hold_id and s.camera_id = %(camera_id)s))
  and (%(state)s::text is null or %(state)s = case when h.released_at is not null then 'released'
         when h.release_asked_at is not null then 'release_asked' else 'active' end)
  and (%(due_on)s::date is null or (h.released_at is null and h.review_on <= %(due_on)s))
  and (%(before)s::int is null or h.hold_id < %(before)s)
order by h.hold_id desc limit %(limit)s;

-- spans --
select s.hold_id, s.camera_id, k.code, s.from_at, s.to_at
from legal_hold_span s join camera k using (camera_id)
where s.hold_id = any(%(holds)s) order by s.hold_id, k.code, s.from_at, s.to_at;

-- lock --
select h.released_at, h.release_asked_by, h.release_auth, h.release_address, p.name, p.role, p.unit, p.rank, p.service_number
from legal_hold h left join person p on p.person_id = h.release_asked_by
where h.hold_id = %(hold_id)s for update of h;

-- review --
update legal_hold set review_on = %(review_on)s where hold_id = %(hold_id)s;

-- ask_release --
update legal_hold set release_asked_by = %(person_id)s, release_asked_at = %(at)s, release_reason = %(reason)s,
                      release_auth = %(auth)s, release_address = %(address)s
where hold_id = %(hold_id)s;

-- withdraw_release --
update legal_hold set release_asked_by = null, release_asked_at = null, release_reason = '', release_auth = '',
                      release_address = '' where hold_id = %(hold_id)s;

-- release --
update legal_hold set released_by = %(person_id)s, released_at = %(at)s where hold_id = %(hold_id)s;

-- covering --
-- Spans of holds in force that touch the window.
select s.camera_id, s.hold_id, s.from_at as start_at, s.to_at as end_at from legal_hold_span s join legal_hold h using (hold_id)
where s.camera_id = any(%(cameras)s) and s.to_at > %(from)s and s.from_at < %(to)s and h.released_at is null
order by s.camera_id, s.from_at, s.hold_id;

-- held --
select held_v1(%(camera_id)s, %(from)s, %(to)s) as held;

-- unwritten --
-- What the log's entries must tell: every span and every release that stands in the tables.
select h.hold_id, h.released_at is not null as released, k.code, s.from_at, s.to_at
from legal_hold h left join legal_hold_span s using (hold_id) left join camera k using (camera_id) order by h.hold_id;
