/** What an agency sees of itself, in the page's own shapes (instants in milliseconds). */
import { instant } from "../time/zone";
import { call } from "./client";

export interface Fault {
  reason: string;
  since: number | null;
  what: string;
  remedy: string;
}

export interface AgencyCamera {
  id: string;
  name: string;
  site: string;
  state: string;
  fault: Fault | null;
  recorded: number | null;
}

export interface Verdict {
  rule: string;
  agreed: number;
  found: number | null;
  kept: boolean | null;
}

export interface Ticket {
  id: number;
  rule: string;
  state: string;
  site: string;
  camera: string;
  what: string;
  remedy: string;
  since: number;
  promised: string | null;
}

export interface Agency {
  id: string;
  name: string;
  obliged: boolean | null;
  basis: string;
  /** `none`, `some` or `all` of its cameras are recorded now. */
  connected: string;
  recording: number;
  of: number;
  month: string;
  state: string;
  recorded: number | null;
  uptime: number | null;
  longest: { camera: string; from: number; to: number; reason: string } | null;
  verdicts: Verdict[];
  cameras: AgencyCamera[];
  tickets: Ticket[];
}

export interface Choice {
  id: string;
  name: string;
}

type Said = Record<string, any>;

export async function findAgency(id: string | null): Promise<{ choices: Choice[]; agency: Agency | null }> {
  const said = await call<Said>("/me/agency", { query: id === null ? {} : { agency: id } });
  return { choices: said.choices as Choice[], agency: said.agency === null ? null : agencyOf(said) };
}

function agencyOf(said: Said): Agency {
  const { month, connection } = said;
  const gap = month.longest_gap;
  return {
    id: said.agency.agency,
    name: said.agency.name,
    obliged: month.terms?.obliged ?? null,
    basis: month.terms?.basis ?? "",
    connected: connection.state,
    recording: connection.recording,
    of: connection.cameras,
    month: month.month,
    state: month.state,
    recorded: month.recorded_percent,
    uptime: month.uptime_percent,
    longest: gap && { camera: gap.camera, from: instant(gap.from) ?? 0, to: instant(gap.to) ?? 0, reason: gap.reason },
    verdicts: month.verdicts,
    cameras: (said.cameras as Said[]).map((one) => ({
      id: one.id,
      name: one.name,
      site: one.site_name ?? "",
      state: one.state,
      fault: one.fault && { ...one.fault, since: instant(one.fault.since) },
      recorded: one.recorded_percent,
    })),
    tickets: (said.tickets as Said[]).map((one) => ({
      id: one.id,
      rule: one.rule,
      state: one.state,
      site: one.site_name ?? "",
      camera: one.camera_name ?? one.camera ?? "",
      what: one.what,
      remedy: one.remedy,
      since: instant(one.since) ?? 0,
      promised: one.promised,
    })),
  };
}

/** With a day (`2026-12-01`) it is a promise, else a note. */
export async function answerTicket(id: number, text: string, day: string): Promise<void> {
  if (day) await call(`/tickets/${id}/acknowledge`, { method: "POST", body: { day, text } });
  else await call(`/tickets/${id}/notes`, { method: "POST", body: { text } });
}
