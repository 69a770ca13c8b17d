-- Where the cameras of a site may be.

-- of_site --
-- The list of a site.
select s.camera_networks::text[] as networks, s.camera_hosts as hosts, s.camera_ports as ports
from site s
where s.code = %(site)s and (%(scope)s::int[] is null or s.agency_id = any (%(scope)s));

-- of_camera --
-- The list of the site that a camera is at.
select s.camera_networks::text[] as networks, s.camera_hosts as hosts, s.camera_ports as ports
from camera c join site s using (site_id) where c.code = %(camera)s;

-- put --
-- Another list makes recorders connect anew, with what it says: see cameras.change.
with put as (
  update site set camera_networks = %(networks)s::cidr[], camera_hosts = %(hosts)s, camera_ports = %(ports)s
  where code = %(site)s returning site_id
)
update camera c set source_version = source_version + 1 from put where c.site_id = put.site_id;
