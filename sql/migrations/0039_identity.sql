-- People who log in through a provider of OpenID Connect instead of with a password.

create table identity (
  person_id  int primary key references person,
  issuer     text not null check (issuer <> ''),
  subject    text check (subject <> ''),
  expected   text check (expected <> ''),
  linked_at  timestamptz not null default now(),
  check ((subject is null) <> (expected is null)),
  unique (issuer, subject),
  unique (issuer, expected)
);
