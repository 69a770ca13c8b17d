-- Who this catalogue is.

-- create --
insert into installation (id) values (gen_random_uuid()) on conflict (only_one) do nothing;

-- identity --
select id from installation;
