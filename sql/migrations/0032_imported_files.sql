-- Files that other recorders exported, in packages that are to have them beside the footage that was made of them.
alter table export_job add column imported_files boolean not null default false;
alter table export_file drop constraint export_file_class_check;
alter table export_file add constraint export_file_class_check check (class in ('master', 'court', 'processed', 'import'));
