-- Which derivatives a package carries (null: all that are ready), and whether it carries nothing else.
alter table export_job add column derivatives int[];
alter table export_job add column only_derivatives boolean not null default false;
