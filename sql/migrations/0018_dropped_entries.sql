-- Dropping a chunk from a full disk is an entry of the log; what was dropped before that is owed one.
create table dropped_entry (
  run_no    int not null,
  seq       int not null,
  entry_id  bigint not null references ledger_entry,
  primary key (run_no, seq),
  foreign key (run_no, seq) references chunk_dropped
);
create trigger dropped_entry_never_changes before update or delete on dropped_entry for each row execute function refuse_change();
create trigger dropped_entry_never_empties before truncate on dropped_entry for each statement execute function refuse_change();

create table dropped_owed (
  run_no  int not null,
  seq     int not null,
  primary key (run_no, seq),
  foreign key (run_no, seq) references chunk_dropped
);
insert into dropped_owed (run_no, seq) select run_no, seq from chunk_dropped;
