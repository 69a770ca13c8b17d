/**
 * The key step. The fingerprint is typed from paper rather than compared by a glance and a click: the page marks group
 * by group what matches. Or a key file that came another way than the package is given.
 */

import { button, h } from "../../../src/dom";
import { fingerprintsIn } from "../read/trust";
import type { Report, ShownKey } from "../report";
import { type Actions, app } from "./app";
import { compare, type Compared, groups } from "./fingerprint";
import { phrase } from "./phrases";
import { keyTold } from "./summary";
import { t } from "./words";

/** How the key came to the page, in words. */
export function sourceText(): string {
  return t(`source.${app.trustFrom.kind}`, { name: app.trustFrom.name });
}

export function keyStep(keys: ShownKey[], actions: Actions, report: Report): HTMLElement {
  const told = keyTold(report);
  const ways = told === "matches" ? [] : [keys[0] ? paper(keys, actions) : h("p", {}, t("keyNone")), fileAndPaste(actions)];
  return h(
    "section",
    { class: "card key", id: "key", "aria-labelledby": "key-title" },
    h("h2", { id: "key-title" }, t("key")),
    h("p", {}, t("keyWhy")),
    ...outcome(told, keys, report),
    app.trust ? button(t("keyForget"), () => actions.trust(""), { id: "key-forget" }) : null,
    h("div", { class: "two" }, ...ways),
  );
}

/** What became of the key that was given. */
function outcome(told: ReturnType<typeof keyTold>, keys: ShownKey[], report: Report): HTMLElement[] {
  const source = sourceText();
  if (told === "matches") return [h("p", { class: "given", id: "key-given" }, "✓ ", t("keyGiven", { source }))];
  const findings = report.verdicts[1]?.findings ?? [];
  if (told === "unusable") {
    const why = phrase(findings.find(({ code }) => code === "trust_unusable")?.found ?? "");
    return [h("p", { class: "problem", role: "alert" }, "✕ ", t("keyUnusable", { source, why }))];
  }
  if (told === "none") return report.trust === "given" ? [h("p", { class: "caution", id: "key-given" }, t("keyUnread", { source }))] : [];
  const [mine] = fingerprintsIn(findings.find(({ code }) => code === "log_not_trusted")?.expected ?? "");
  return [
    h("p", { class: "problem", role: "alert", id: "key-given" }, "✕ ", t("keyOther", { source })),
    ...(mine && keys[0] && app.trustFrom.kind !== "typed" ? [h("p", { class: "soft" }, t("keyMine")), marked(nearest(mine, keys).best)] : []),
    ...keys.flatMap((key) => [h("p", { class: "soft" }, `${t("keyTheirs")} (${key.origin})`), plain(key.fingerprint)]),
  ];
}

/** The key of the package that agrees best with what was given. */
function nearest(given: string, keys: ShownKey[]): { best: Compared; key: ShownKey } {
  const all = keys.map((key) => ({ best: compare(given, key.fingerprint), key }));
  return all.reduce((a, b) => (b.best.matching > a.best.matching ? b : a));
}

function plain(fingerprint: string): HTMLElement {
  return h("p", { class: "fingerprint" }, groups(fingerprint).join(" "));
}

/** The groups that were given, each with its mark. */
function marked(compared: Compared): HTMLElement {
  const items = compared.groups.map(({ text, fits }) =>
    h("li", { class: fits ? "same" : fits === false ? "other" : "" }, text, fits === undefined ? null : h("span", {}, fits ? " ✓" : " ✕")),
  );
  return h("ol", { class: "groups" }, ...items);
}

function paper(keys: ShownKey[], actions: Actions): HTMLElement {
  const typed = h("textarea", { id: "fingerprint", rows: 2, autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  const told = h("p", { id: "fingerprint-told", role: "status", class: "tabular" });
  const marks = h("div", { id: "fingerprint-groups" });
  const show = (): Compared => {
    const { best } = nearest(typed.value, keys);
    marks.replaceChildren(marked(best));
    told.className = best.differs ? "problem" : "tabular";
    if (best.differs) told.textContent = t("keyDiffers", { n: best.differs });
    else told.textContent = typed.value ? t("keyGroups", { n: best.matching, all: best.all }) : "";
    return best;
  };
  typed.addEventListener("input", () => {
    if (show().complete) actions.trust(typed.value, { kind: "typed", name: "" });
  });
  if (app.trustFrom.kind === "typed" && app.trust) {
    typed.value = app.trust;
    show();
  }
  return h(
    "div",
    {},
    h("h3", {}, t("keyPaper")),
    h("p", {}, t("keyPaperText")),
    h("label", { for: "fingerprint" }, t("keyTyped")),
    typed,
    marks,
    told,
    h(
      "details",
      {},
      h("summary", {}, t("keyShow")),
      ...keys.map((key) => h("div", {}, h("p", { class: "soft" }, key.origin), plain(key.fingerprint))),
    ),
  );
}

function fileAndPaste(actions: Actions): HTMLElement {
  const input = h("input", { type: "file", id: "key-file", class: "hidden-input", tabindex: "-1", "aria-label": t("keyPick") });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    void file?.text().then((text) => actions.trust(text || " ", { kind: "file", name: file.name }));
  });
  const pasted = h("textarea", { id: "key-text", rows: 2, autocomplete: "off", spellcheck: "false" });
  const use = (): void => {
    if (pasted.value.trim()) actions.trust(pasted.value, { kind: "pasted", name: "" });
  };
  return h(
    "div",
    {},
    h("h3", {}, t("keyFile")),
    h("p", {}, t("keyFileText")),
    button(t("keyPick"), () => input.click()),
    input,
    h("label", { for: "key-text" }, t("keyPaste")),
    pasted,
    button(t("keyUse"), use, { id: "key-use" }),
  );
}
