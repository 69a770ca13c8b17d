/** One's own account: password, second factor, sessions. What is secret is in one answer and nowhere else. */
import { instant } from "../time/zone";
import { call } from "./client";

export interface SecondFactor {
  enrolled: boolean;
  since: number | null;
  recoveryLeft: number;
  /** Whether the role may do nothing without one. */
  needed: boolean;
}

export interface NewSecret {
  secret: string;
  /** A picture of the address that authenticators read, as SVG. */
  picture: string;
}

export interface Session {
  id: number;
  kind: "session" | "token";
  label: string;
  address: string;
  agent: string;
  seen: number | null;
  /** The one that asks. */
  mine: boolean;
}

type Json = Record<string, unknown>;

export async function changePassword(present: string, password: string): Promise<void> {
  await call("/me/password", { method: "POST", body: { present, password } });
}

export async function secondFactor(): Promise<SecondFactor> {
  const said = await call<Json>("/me/second-factor");
  return {
    enrolled: said.enrolled === true,
    since: instant(said.since),
    recoveryLeft: Number(said.recovery_left ?? 0),
    needed: said.needed === true,
  };
}

export async function askSecret(present: string, code: string): Promise<NewSecret> {
  return call("/me/second-factor", { method: "POST", body: { present, code } });
}

export async function confirmSecret(code: string): Promise<string[]> {
  return codesOf(await call("/me/second-factor/confirm", { method: "POST", body: { code } }));
}

export async function renewCodes(present: string, code: string): Promise<string[]> {
  return codesOf(await call("/me/second-factor/recovery-codes", { method: "POST", body: { present, code } }));
}

export async function removeSecondFactor(present: string, code: string): Promise<void> {
  await call("/me/second-factor/remove", { method: "POST", body: { present, code } });
}

export async function sessions(): Promise<Session[]> {
  const said = await call<{ items: Json[] }>("/me/sessions");
  return said.items.map((one) => ({
    id: Number(one.id),
    kind: one.kind === "token" ? "token" : "session",
    label: String(one.label ?? ""),
    address: String(one.address ?? ""),
    agent: String(one.user_agent ?? ""),
    seen: instant(one.seen),
    mine: one.this === true,
  }));
}

export async function endSession(id: number): Promise<void> {
  await call(`/me/sessions/${id}`, { method: "DELETE" });
}

function codesOf(said: Json): string[] {
  return Array.isArray(said.recovery_codes) ? said.recovery_codes.map(String) : [];
}
