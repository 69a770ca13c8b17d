/** What the package says of itself: request, contents, custody history, documents. All of it is text, never markup. */

import { h } from "../../../src/dom";
import type { Shown } from "../report";
import { detail, eventName, resultName } from "./events";
import { bytes, count, momentAndUtc, t } from "./words";

export function aboutSection(shown: Shown, name: string): HTMLElement {
  const rows: [string, string][] = [
    [t("package"), name],
    [t("case"), shown.case],
    [t("madeAt"), momentAndUtc(shown.madeAt)],
    [t("requestBy"), shown.request.by],
    [t("requestAt"), momentAndUtc(shown.request.at)],
    [t("reason"), shown.request.reason],
    [t("letter"), shown.request.letter],
    [t("recipient"), shown.request.recipient],
    [t("contents"), t("contentsText", { files: count(shown.files), bytes: bytes(shown.bytes) })],
    [t("logState"), t("logText", { origin: shown.checkpoint.origin, size: count(shown.checkpoint.size) })],
    [t("software"), shown.software],
  ];
  return h(
    "section",
    { class: "card", id: "about", "aria-labelledby": "about-title" },
    h("h2", { id: "about-title" }, t("about")),
    h("dl", { class: "facts" }, ...rows.flatMap(([key, value]) => [h("dt", {}, key), h("dd", {}, value || "-")])),
  );
}

export function custodySection(shown: Shown): HTMLElement {
  const heads = (["at", "event", "what", "who", "why", "outcome"] as const).map((key) => h("th", { scope: "col" }, t(key)));
  const rows = shown.custody.map((one) =>
    h(
      "tr",
      {},
      h("td", {}, momentAndUtc(one.at)),
      h("td", {}, eventName(one.event)),
      h("td", {}, ...one.what.map((told) => h("div", {}, detail(told)))),
      h("td", {}, one.who || "-"),
      h("td", {}, one.why || "-"),
      h("td", {}, [resultName(one.result), one.approved.length ? t("approvedBy", { names: one.approved.join(", ") }) : ""].filter(Boolean).join("; ") || "-"),
    ),
  );
  return h(
    "section",
    { class: "card", id: "custody", "aria-labelledby": "custody-title" },
    h("h2", { id: "custody-title" }, t("custody")),
    rows.length
      ? h(
          "div",
          { class: "scroll", tabindex: "0", role: "group", "aria-label": t("custody") },
          h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)),
        )
      : h("p", {}, t("noCustody")),
  );
}

/** Downloads only: a page from the package would run as part of this one if it were opened from here. */
export function documentsSection(shown: Shown): HTMLElement {
  const items = shown.documents.map(({ path, blob }) => {
    const link = h("a", { href: "#", download: path.split("/").pop()! }, path);
    link.addEventListener("click", () => {
      const address = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
      link.href = address;
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    });
    return h("li", {}, link, h("span", { class: "soft small" }, ` ${bytes(blob.size)}`));
  });
  return h(
    "section",
    { class: "card", id: "documents", "aria-labelledby": "documents-title" },
    h("h2", { id: "documents-title" }, t("documents")),
    h("p", { class: "soft" }, t("documentsText")),
    h("ul", { class: "documents" }, ...items),
  );
}
