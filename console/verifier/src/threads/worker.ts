/** One script for lead and helpers; the first message says which this is. */

import { serve } from "./helper";
import { lead } from "./lead";

type Role = { role: "helper"; port: MessagePort } | { role: "lead"; helpers: MessagePort[] };

self.onmessage = (event: MessageEvent<Role>) => {
  if (event.data.role === "helper") serve(event.data.port);
  else lead(event.data.helpers);
};
