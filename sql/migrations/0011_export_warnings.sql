-- What an officer must know of a package before it is handed over, found while it was planned: [{"code", "values"}].
alter table export_job add column warnings jsonb not null default '[]';
