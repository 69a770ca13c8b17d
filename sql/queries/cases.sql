-- Cases and who has access to them. `everything` is asked for by those who see every case.

-- add --
insert into case_file (code, number, title, report, officers, notes, opened_by, opened_at)
values (%(code)s, %(number)s, %(title)s, %(report)s, %(officers)s, %(notes)s, %(person_id)s, %(at)s)
on conflict do nothing returning case_id;

-- list --
-- Newest first.
select c.*, p.name as opened_by_name, (select count(*) from case_exhibit x where x.case_id = c.case_id) as exhibits
from case_file c join person p on p.person_id = c.opened_by
where (%(everything)s or exists (select 1 from case_member m where m.case_id = c.case_id and m.person_id = %(person_id)s))
  and (%(code)s::text is null or c.code = %(code)s or c.number = %(code)s)
  and (%(state)s::text is null or c.state = %(state)s)
  and (%(q)s::text is null or c.number ilike %(q)s or c.title ilike %(q)s or c.report ilike %(q)s)
  and (%(before)s::int is null or c.case_id < %(before)s)
order by c.case_id desc limit %(limit)s;

-- lock --
-- Its exhibits are numbered, and its fields changed, one after the other.
select state from case_file where case_id = %(case_id)s for no key update;

-- change --
update case_file set title = %(title)s, report = %(report)s, officers = %(officers)s, notes = %(notes)s, state = %(state)s,
                     closed_at = case when %(state)s = 'open' then null else coalesce(closed_at, %(at)s) end
where case_id = %(case_id)s;

-- members --
select p.name, p.role, p.unit, p.rank, a.name as added_by, m.added_at
from case_member m join person p using (person_id) join person a on a.person_id = m.added_by
where m.case_id = %(case_id)s order by p.name;

-- add_member --
insert into case_member (case_id, person_id, added_by, added_at) values (%(case_id)s, %(member)s, %(person_id)s, %(at)s)
on conflict do nothing returning person_id;

-- drop_member --
delete from case_member where case_id = %(case_id)s and person_id = %(member)s returning person_id;

-- seen --
-- Answers a row when this session has not been told of this within the hour.
insert into case_view (token_sha256, case_id, camera_id, exhibit, shown, at)
values (%(token_sha256)s, %(case_id)s, %(camera_id)s, %(exhibit)s, %(shown)s, %(at)s)
on conflict (token_sha256, case_id, camera_id, exhibit, shown) do update set at = excluded.at
where case_view.at < excluded.at - interval '1 hour'
returning exhibit;
