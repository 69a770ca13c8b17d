/** Camera facts in one line of words. */
import type { Camera } from "../api/archive";
import { counted } from "../api/failing";
import { language, named, t } from "../i18n/t";
import { now } from "../time/clock";
import { clockText, dateText, lengthText, ZONE } from "../time/zone";

export function distanceText(metres: number): string {
  if (metres < 1000) return t("list.distance_m", { n: Math.round(metres) });
  return t("list.distance_km", { n: (metres / 1000).toLocaleString(language, { maximumFractionDigits: 1 }) });
}

/** `more`: these are not all. */
export function countText(cameras: readonly Camera[], more: boolean): string {
  const { recording, failed } = counted(cameras);
  const n = `${cameras.length}${more ? "+" : ""}`;
  return failed > 0 ? t("list.count_failed", { n, recording, failed }) : t("list.count", { n, recording });
}

export function streamText({ status, enabled }: Camera): string {
  if (!enabled || status.state !== "recording") return status.codec ? named("codec", status.codec) : "";
  const size = status.width && status.height ? `${status.width}×${status.height}` : "";
  const rate = status.fps ? `${Math.round(status.fps)} fps` : "";
  const flow = status.mbps
    ? `${status.mbps.toLocaleString(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 })} Mbps`
    : "";
  return [status.codec ? named("codec", status.codec) : "", size, rate, flow].filter(Boolean).join(" · ");
}

export function statusText({ status, lastEnd, enabled }: Camera): string {
  const since = status.since !== null && status.state !== "recording" ? t("list.since", { time: shortMoment(status.since) }) : "";
  // Switched off by somebody is no failure, whatever the recorder said last.
  if (!enabled) return [t("list.switched_off"), status.state === "stopped" && since].filter(Boolean).join(" · ");
  if (status.state === "unknown" && lastEnd !== null) return t("list.last_end", { time: shortMoment(lastEnd) });
  const why = status.reason ? named("reason", status.reason) : "";
  return [named("state", status.state), why, since].filter(Boolean).join(" · ");
}

/** Without the date when it is today's. */
export function shortMoment(at: number): string {
  const today = dateText(at) === dateText(now());
  return `${today ? "" : `${dateText(at)} `}${clockText(at)} ${ZONE}`;
}

export function length(ms: number): string {
  const unit = (key: "span.hours" | "span.minutes"): string => t(key, { n: "" }).trim();
  return lengthText(ms, unit("span.hours"), unit("span.minutes"));
}
