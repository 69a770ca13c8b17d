/**
 * The key step. The fingerprint is typed from paper rather than compared by a glance and a click: the page says group
 * by group what matches. Or a key file that came another way than the package is given.
 */

import { button, h } from "../../../src/dom";
import type { ShownKey } from "../report";
import { type Actions, app } from "./app";
import { compare, groups } from "./fingerprint";
import { t } from "./words";

export function keyStep(keys: ShownKey[], actions: Actions): HTMLElement {
  const body: (HTMLElement | null)[] =
    app.checked?.report.trust === "given"
      ? [h("p", { class: "given", id: "key-given" }, "✓ ", t("keyGiven")), button(t("keyForget"), () => actions.trust(""))]
      : [keys[0] ? paper(keys, actions) : h("p", {}, t("keyNone")), fileAndPaste(actions)];
  return h(
    "section",
    { class: "card key", id: "key", "aria-labelledby": "key-title" },
    h("h2", { id: "key-title" }, t("key")),
    h("p", {}, t("keyWhy")),
    app.badTrust ? h("p", { class: "problem", role: "alert" }, t("keyBad")) : null,
    h("div", { class: "two" }, ...body),
  );
}

function paper(keys: ShownKey[], actions: Actions): HTMLElement {
  const typed = h("textarea", { id: "fingerprint", rows: 2, autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  const told = h("p", { id: "fingerprint-told", role: "status", class: "tabular" });
  typed.addEventListener("input", () => {
    const results = keys.map((key) => compare(typed.value, key.fingerprint));
    const best = results.reduce((a, b) => (b.matching > a.matching ? b : a));
    const key = keys[results.indexOf(best)]!;
    told.className = best.differs ? "problem" : "tabular";
    if (best.differs) told.textContent = t("keyDiffers", { n: best.differs });
    else if (best.matching === best.all) {
      told.textContent = t("keyMatch");
      actions.trust(key.line);
    } else told.textContent = typed.value ? t("keyGroups", { n: best.matching, all: best.all }) : "";
  });
  return h(
    "div",
    {},
    h("h3", {}, t("keyPaper")),
    h("p", {}, t("keyPaperText")),
    h("label", { for: "fingerprint" }, t("keyTyped")),
    typed,
    told,
    h(
      "details",
      {},
      h("summary", {}, t("keyShow")),
      ...keys.map((key) =>
        h("div", {}, h("p", { class: "soft" }, key.origin), h("p", { class: "fingerprint" }, groups(key.fingerprint).join(" "))),
      ),
    ),
  );
}

function fileAndPaste(actions: Actions): HTMLElement {
  const input = h("input", { type: "file", id: "key-file", class: "hidden-input", tabindex: "-1", "aria-label": t("keyPick") });
  input.addEventListener("change", () => void input.files?.[0]?.text().then((text) => actions.trust(text)));
  const pasted = h("textarea", { id: "key-text", rows: 2, autocomplete: "off", spellcheck: "false" });
  return h(
    "div",
    {},
    h("h3", {}, t("keyFile")),
    h("p", {}, t("keyFileText")),
    button(t("keyPick"), () => input.click()),
    input,
    h("label", { for: "key-text" }, t("keyPaste")),
    pasted,
    button(t("keyUse"), () => pasted.value.trim() && actions.trust(pasted.value), { id: "key-use" }),
  );
}
