-- What is kept encrypted by the installation's key, to be sealed anew when that is replaced.

-- texts --
-- In the order of their places, from `after` on; `part` says which text of a row it is.
select part, id, sealed from (
  select 'camera' as part, camera_id as id, source_sealed as sealed from camera
  union all select 'second_factor', person_id, secret_sealed from second_factor where secret_sealed is not null
  union all select 'second_factor_asked', person_id, asked_sealed from second_factor where asked_sealed is not null
) as texts
where (part, id) > (%(part)s, %(id)s)
order by part, id limit %(limit)s;

-- put_camera --
-- The same address: nobody has to connect anew.
update camera set source_sealed = %(new)s where camera_id = %(id)s and source_sealed = %(old)s;

-- put_second_factor --
update second_factor set secret_sealed = %(new)s where person_id = %(id)s and secret_sealed = %(old)s;

-- put_second_factor_asked --
update second_factor set asked_sealed = %(new)s where person_id = %(id)s and asked_sealed = %(old)s;
