-- What kind of object the store holds is said by a column, no longer by the sign of a run's number.

alter table object_hold drop constraint object_hold_pkey;
alter table object_hold add column kind text check (kind in ('chunk', 'thinned', 'thumbnail'));
update object_hold set kind = case sign(run_no) when 1 then 'chunk' when -1 then 'thinned' else 'thumbnail' end, run_no = abs(run_no);
alter table object_hold alter column kind set not null, add primary key (camera_id, at, kind, run_no);
