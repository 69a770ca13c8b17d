-- Tells recorders of one name apart: the id of the spool a recorder works on. Columns are explained in ../schema.sql.

alter table recorder add column instance text not null default '';
