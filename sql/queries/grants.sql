-- What the API's own role may do. Its rights are given anew with every migration; where it is not there, nothing is done.

-- api_role --
select exists (select from pg_roles where rolname = 'saksi_api') as there;

-- give --
-- Reads and adds everywhere, changes what may change: not what triggers keep from ever changing, which it does not own and so
-- cannot take the triggers from either. Tables that come later it may read and add to until the next migration says more.
do $$
declare
  v_table regclass;
begin
  grant usage on schema public to saksi_api;
  grant select, insert, update, delete on all tables in schema public to saksi_api;
  grant usage, select on all sequences in schema public to saksi_api;
  revoke truncate on all tables in schema public from saksi_api;
  revoke update, delete on migration, installation from saksi_api;
  revoke insert on migration, installation from saksi_api;
  revoke update, delete on audit_pending from saksi_api;  -- only the workers say that a row is in the log
  revoke insert on audit_leaf from saksi_api;
  for v_table in
    select distinct t.tgrelid::regclass from pg_trigger t join pg_proc p on p.oid = t.tgfoid
    where not t.tgisinternal and p.proname = 'refuse_change' and t.tgtype & 16 <> 0 and t.tgattr = ''::int2vector
  loop
    execute format('revoke update, delete on %s from saksi_api', v_table);
  end loop;
  alter default privileges in schema public grant select, insert on tables to saksi_api;
end $$;

-- api_may_change --
-- Of the tables that never change, those that the API's role could change all the same.
select coalesce(string_agg(distinct c.relname, ', ' order by c.relname), '') as tables
from pg_trigger t join pg_proc p on p.oid = t.tgfoid join pg_class c on c.oid = t.tgrelid
where not t.tgisinternal and p.proname = 'refuse_change' and t.tgtype & 16 <> 0 and t.tgattr = ''::int2vector
  and (has_table_privilege('saksi_api', c.oid, 'UPDATE') or has_table_privilege('saksi_api', c.oid, 'DELETE')
       or has_table_privilege('saksi_api', c.oid, 'TRUNCATE'));
