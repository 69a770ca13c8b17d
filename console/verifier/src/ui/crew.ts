/** Starts the lead and its helpers, all of one script that is part of this page: nothing is fetched. */

import type { FromLead, ToLead } from "../report";
import Script from "../threads/worker?worker&inline";

const MOST_HELPERS = 4;

export interface Crew {
  tell(message: ToLead): void;
  end(): void;
}

export function startCrew(heard: (message: FromLead) => void): Crew {
  const helpers = Math.max(1, Math.min(MOST_HELPERS, navigator.hardwareConcurrency || 2));
  const workers: Worker[] = [];
  const ports: MessagePort[] = [];
  const stopped = (event: ErrorEvent): void => heard({ kind: "failed", message: event.message || "worker" });
  for (let i = 0; i < helpers; i++) {
    const { port1, port2 } = new MessageChannel();
    const worker = new Script();
    worker.onerror = stopped;
    worker.postMessage({ role: "helper", port: port1 }, [port1]);
    workers.push(worker);
    ports.push(port2);
  }
  const lead = new Script();
  lead.onerror = stopped;
  lead.onmessage = (event: MessageEvent<FromLead>) => heard(event.data);
  lead.postMessage({ role: "lead", helpers: ports }, ports);
  workers.push(lead);
  return {
    tell: (message) => lead.postMessage(message),
    end: () => {
      for (const worker of workers) worker.terminate();
    },
  };
}
