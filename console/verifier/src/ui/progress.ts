/** How far the check is, how fast it goes, and how long it will take. */

import { h } from "../../../src/dom";
import { app } from "./app";
import { bytes, span, t } from "./words";

export function progressScreen(): HTMLElement {
  const bar = h("progress", { max: "1", value: "0", "aria-labelledby": "progress-step" });
  return h(
    "section",
    { class: "card", "aria-labelledby": "progress-step" },
    h("h2", { id: "progress-step", "aria-live": "polite" }, t("progress.read")),
    h("p", { class: "soft" }, app.file?.name ?? app.folder[0]?.path.split("/")[0] ?? ""),
    bar,
    h("p", { id: "progress-text", class: "tabular" }),
  );
}

/** Updates what progressScreen made; nothing is built anew. */
export function showProgress(root: HTMLElement): void {
  const { progress } = app;
  const [step, bar, line] = ["#progress-step", "progress", "#progress-text"].map((name) => root.querySelector(name));
  if (!progress || !step || !line || !(bar instanceof HTMLProgressElement)) return;
  const name = t(`progress.${progress.step}`);
  if (step.textContent !== name) step.textContent = name;
  bar.value = progress.total ? progress.done / progress.total : 0;
  const seconds = (performance.now() - app.startedAt) / 1000;
  const parts = [t("progressOf", { done: bytes(progress.done), total: bytes(progress.total) })];
  if (progress.done > 0 && seconds > 1) {
    const rate = progress.done / seconds;
    parts.push(t("speed", { rate: bytes(rate) }));
    const left = (progress.total - progress.done) / rate;
    if (left > 2) parts.push(t("remaining", { time: span(Math.round(left) * 1e6) }));
  }
  line.textContent = parts.join(" · ");
}
