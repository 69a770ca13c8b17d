-- Who did what.

-- record --
insert into audit (person, role, address, action, object, purpose, result)
values (%(person)s, %(role)s, %(address)s, %(action)s, %(object)s, %(purpose)s, %(result)s);
