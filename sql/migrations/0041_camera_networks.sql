-- Where the cameras of a site may be, and an outage of those that are elsewhere.

alter table site
  add column camera_networks  cidr[] not null default '{}',
  add column camera_hosts     text[] not null default '{}',
  add column camera_ports     int[] not null default '{}';

alter table outage drop constraint outage_reason_check;
alter table outage add constraint outage_reason_check check (reason in ('unreachable', 'auth_failed', 'address_refused', 'no_keyframe', 'stalled', 'recorder_down', 'spool_full', 'disabled', 'unsupported_codec'));
