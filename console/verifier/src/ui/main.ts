/** The page: one package at a time, drawn anew when something changed. */

import { button, h } from "../../../src/dom";
import type { FromLead } from "../report";
import { aboutSection, custodySection, documentsSection } from "./about";
import { type Actions, app, fileName } from "./app";
import { clipsSection } from "./clips";
import { type Crew, startCrew } from "./crew";
import { keyStep } from "./key";
import { eightLines } from "./lines";
import { progressScreen, showProgress } from "./progress";
import { certificateSection, digestArrived, receiptSection } from "./receipt";
import { startScreen } from "./start";
import "./style.css";
import { summary } from "./summary";
import { bytes, currentLanguage, setLanguage, setZone, span, t } from "./words";

const root = document.getElementById("app")!;
let crew: Crew | undefined;

const actions: Actions = {
  open(file, folder) {
    crew?.end();
    crew = startCrew(heard);
    Object.assign(app, { file, folder, checked: null, trust: "", digest: "", failure: "" });
    begin();
    crew.tell({ kind: "open", file, folder, trust: "" });
  },
  trust(text, from = { kind: "typed", name: "" }) {
    Object.assign(app, { trust: text, trustFrom: from });
    crew?.tell({ kind: "trust", trust: text });
  },
  again() {
    crew?.end();
    crew = undefined;
    Object.assign(app, { stage: "start", checked: null, file: null, folder: [], trust: "", digest: "" });
    draw();
  },
  language(to) {
    setLanguage(to);
    draw();
    document.getElementById(`language-${to}`)?.focus();
  },
};

function begin(): void {
  Object.assign(app, { stage: "running", progress: null, startedAt: performance.now() });
  draw();
}

function heard(message: FromLead): void {
  if (message.kind === "progress") {
    app.progress = message;
    showProgress(root);
  } else if (message.kind === "result") {
    const first = app.stage !== "done";
    Object.assign(app, { stage: "done", checked: message });
    draw();
    // A new result is read from its top; taking a key away again leaves people where they are.
    if (first || app.trust) {
      document.getElementById("result-title")?.focus();
      scrollTo(0, 0);
    }
    if (app.file && !app.digest) crew?.tell({ kind: "digest" });
  } else if (message.kind === "digest") {
    app.digest = message.sha256;
    digestArrived();
  } else {
    Object.assign(app, { stage: "failed", failure: message.message });
    draw();
  }
}

function header(): HTMLElement {
  const language = (to: "id" | "en", name: string): HTMLElement =>
    button(name, () => actions.language(to), { id: `language-${to}`, lang: to, "aria-pressed": String(currentLanguage() === to) });
  return h(
    "header",
    { class: "top" },
    h("div", {}, h("h1", {}, t("title")), h("p", {}, t("tagline"))),
    h("p", { class: "offline" }, t("offline")),
    h("div", { class: "languages", role: "group", "aria-label": t("language") }, language("id", "Indonesia"), language("en", "English")),
  );
}

function resultScreen(): HTMLElement[] {
  const { report, shown, milliseconds, bytes: read } = app.checked!;
  setZone(shown.zone);
  const seconds = Math.max(milliseconds / 1000, 0.001);
  const measured = t("measured", { bytes: bytes(read), time: span(milliseconds * 1000), rate: bytes(read / seconds) });
  return [
    h(
      "section",
      { class: "card result", "aria-labelledby": "result-title" },
      h(
        "div",
        { class: "row spread" },
        h("h2", { id: "result-title", tabindex: "-1" }, `${t("result")} `, h("span", { class: "soft small path" }, [fileName(), report.package].filter((one, i, all) => one && all.indexOf(one) === i).join(" · "))),
        button(t("another"), actions.again),
      ),
      summary(report),
      eightLines(report),
      h("p", { class: "soft small" }, measured),
    ),
    keyStep(shown.keys, actions, report),
    clipsSection(shown, report),
    aboutSection(shown, report.package),
    custodySection(shown),
    documentsSection(shown),
    certificateSection(report, shown),
    receiptSection(report),
    h("script", { type: "application/json", id: "report" }, JSON.stringify(report)),
  ];
}

function draw(): void {
  const main = h("main", {});
  if (app.stage === "start") main.append(startScreen(actions));
  else if (app.stage === "running") main.append(progressScreen());
  else if (app.stage === "done") main.append(...resultScreen());
  else
    main.append(
      h(
        "section",
        { class: "card", role: "alert" },
        h("h2", {}, t("failed")),
        h("p", { class: "path" }, app.failure),
        h("p", {}, t("failedNext")),
        button(t("another"), actions.again),
      ),
    );
  root.replaceChildren(header(), main);
  showProgress(root);
}

addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => event.preventDefault()); // a miss must not make the browser leave this page
setLanguage(currentLanguage());
draw();
