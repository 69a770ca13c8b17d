-- The log is told of thinning policies that are proposed or withdrawn, too, as it is of retention policies.

alter table thinning_policy add column proposal_entry bigint unique references ledger_entry; -- tells of the proposal; null: none was needed, or made before
alter table thinning_policy drop constraint thinning_policy_check3;
alter table thinning_policy add constraint thinning_policy_check3
  check (case state when 'proposed' then entry_id is null when 'accepted' then entry_id is not null else true end);

create or replace function refuse_thinning_policy_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.state = 'proposed' and new.state <> 'proposed'
     and (new.thinning_id, new.scope, new.basis, new.reason, new.proposed_by, new.proposed_at)
       = (old.thinning_id, old.scope, old.basis, old.reason, old.proposed_by, old.proposed_at)
     and (new.agency_id, new.site_id, new.camera_id, new.mode, new.after_us, new.proposal_entry)
       is not distinct from (old.agency_id, old.site_id, old.camera_id, old.mode, old.after_us, old.proposal_entry) then
    return new;
  end if;
  raise exception 'a policy is replaced by a new version and never changed: % refused', tg_op using errcode = 'restrict_violation';
end $$;
