-- A package may wait until the witnesses of the policy have signed: some of them come by once a week, with a stick.
alter table export_job add column wait_for_witnesses boolean not null default false;
alter table export_job add column waits int not null default 0;
