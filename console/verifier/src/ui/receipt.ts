/** The statement of the check, for print, and the receipt that goes back to the sender. */

import { button, h } from "../../../src/dom";
import type { Report, Shown, Verdict } from "../report";
import { app, fileName } from "./app";
import { failing, findingText, tellingFirst } from "./findings";
import { sourceText } from "./key";
import { meaning, stateText } from "./lines";
import { keyTold, title, whereText } from "./summary";
import { count, moment, t } from "./words";

const MOST_NAMED = 5; // places of one line that the statement of the check names

/** What tanda-terima.json holds. `date` in microseconds UTC by this computer's clock. */
export interface Receipt {
  t: "saksi/receipt/1";
  package: string;
  /** SHA-256 of the ZIP, or "" for a folder. */
  package_sha256: string;
  /** SHA-256 of tagmanifest-sha256.txt, which names every other file's. */
  tagmanifest_sha256: string;
  verdicts: { n: number; name: string; state: string; codes: string[] }[];
  exit: number;
  trust: string;
  /** What the comparison of the key came to, and where the examiner says that it came from. */
  key: { compared: "none" | "matches" | "differs" | "unusable"; source: string };
  recipient: { name: string; office: string };
  date: number;
}

export function receipt(report: Report, digest: string, tag: string, examiner: typeof app.examiner, at: number): Receipt {
  return {
    t: "saksi/receipt/1",
    package: report.package,
    package_sha256: digest,
    tagmanifest_sha256: tag,
    verdicts: report.verdicts.map((one) => ({
      n: one.n,
      name: one.name,
      state: one.state,
      codes: [...new Set(one.findings.map((found) => found.code))].sort(),
    })),
    exit: report.exit,
    trust: report.trust,
    key: { compared: keyTold(report), source: examiner.keyFrom.trim() },
    recipient: { name: examiner.name.trim(), office: examiner.office.trim() },
    date: at,
  };
}

const KEYS = { none: "cert.noTrust", matches: "cert.trust", differs: "cert.trustDiffers", unusable: "cert.unusable" } as const;

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The places at which a line fails, most telling first. */
function named(report: Report, verdict: Verdict): HTMLElement | null {
  const found = tellingFirst(verdict.findings.filter(({ code }) => failing(code)));
  if (!found.length) return null;
  const items = found
    .slice(0, MOST_NAMED)
    .map((one) => h("li", { class: "path" }, t("cert.found", { what: findingText(verdict, one), where: whereText(report, one) })));
  const more = found.length - MOST_NAMED;
  return h("ul", { class: "named" }, ...items, more > 0 ? h("li", {}, t("more", { n: count(more) })) : null);
}

/** Who checks and where the key came from, as typed so far. */
function examinerChanged(): void {
  const { name, office, keyFrom } = app.examiner;
  const [who, key] = ["certificate-examiner", "certificate-key-from"].map((id) => document.getElementById(id));
  if (who) who.textContent = name.trim() || office.trim() ? t("cert.examiner", { name: name.trim() || "-", office: office.trim() || "-" }) : t("cert.blank");
  const compared = app.checked && keyTold(app.checked.report) !== "none";
  if (key) key.textContent = compared && keyFrom.trim() ? t("cert.keySource", { from: keyFrom.trim() }) : "";
}

export function certificateSection(report: Report, shown: Shown): HTMLElement {
  const today = moment(Date.now() * 1000);
  return h(
    "section",
    { class: "card certificate", id: "certificate", "aria-labelledby": "certificate-title" },
    h("h2", { id: "certificate-title" }, t("certificate")),
    h("p", {}, t("cert.1", { date: today, package: report.package, case: shown.case || "-" })),
    fileName() ? h("p", { class: "path" }, t("cert.file", { name: fileName() })) : null,
    app.file
      ? h("p", { class: "path", id: "certificate-digest" }, app.digest ? t("cert.digest", { sha256: app.digest }) : t("receiptWait"))
      : h("p", {}, t("receiptFolder")),
    h("p", { id: "certificate-key" }, t(KEYS[keyTold(report)], { source: sourceText() })),
    h("p", { id: "certificate-key-from" }),
    h(
      "ol",
      { class: "plain" },
      ...report.verdicts.map((one) =>
        h("li", {}, h("strong", {}, `${title(one.n)}: ${lowered(stateText(one))}. `), meaning(one), named(report, one)),
      ),
    ),
    h("p", {}, t("cert.limits")),
    h("p", { id: "certificate-examiner", class: "print-only" }),
    h("p", { class: "print-only sign" }, t("cert.sign")),
  );
}

export function receiptSection(report: Report): HTMLElement {
  const { examiner } = app;
  const line = (id: string, kept: keyof typeof examiner, autocomplete: string): HTMLInputElement => {
    const input = h("input", { id, type: "text", autocomplete, maxlength: 200, value: examiner[kept] });
    input.addEventListener("input", () => {
      examiner[kept] = input.value;
      refresh();
    });
    return input;
  };
  const name = line("recipient", "name", "name");
  const office = line("office", "office", "organization");
  const keyFrom = line("key-from", "keyFrom", "off");
  const told = h("p", { role: "status", id: "receipt-told" });
  const save = (): void => {
    const now = Date.now() * 1000;
    download(receipt(report, app.digest, tagDigest(report), examiner, now), "tanda-terima.json");
    told.textContent = t("receiptSaved", { name: "tanda-terima.json" });
  };
  const saveReport = (): void => {
    download(report, "hasil-pemeriksaan.json");
    told.textContent = t("receiptSaved", { name: "hasil-pemeriksaan.json" });
  };
  const ready = (): boolean => Boolean(name.value.trim() && office.value.trim() && (app.digest || !app.file));
  const saver = button(t("receiptSave"), save, { class: "primary", id: "receipt-save", disabled: true });
  const refresh = (): void => {
    saver.disabled = !ready();
    examinerChanged();
  };
  queueMicrotask(refresh); // when the statement of the check is on the page too
  return h(
    "section",
    { class: "card", id: "receipt", "aria-labelledby": "receipt-title" },
    h("h2", { id: "receipt-title" }, t("receipt")),
    h("p", {}, t("receiptText")),
    h("label", { for: "recipient" }, t("name")),
    name,
    h("label", { for: "office" }, t("office")),
    office,
    h("label", { for: "key-from" }, t("keyFrom")),
    keyFrom,
    h("p", { class: "soft", id: "receipt-wait" }, app.file ? (app.digest ? "" : t("receiptWait")) : t("receiptFolder")),
    h(
      "div",
      { class: "row" },
      saver,
      button(t("print"), () => print(), { id: "print" }),
      button(t("reportSave"), saveReport, { id: "report-save" }),
    ),
    told,
  );
}

function download(value: unknown, name: string): void {
  const file = new Blob([`${JSON.stringify(value, null, 1)}\n`], { type: "application/json" });
  const link = h("a", { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The fingerprint of the list of all files, if the lead noted it. */
function tagDigest(report: Report): string {
  const told = report.verdicts[0]?.facts["tagmanifest_sha256"];
  return typeof told === "string" ? told : "";
}

/** The whole file's digest has come: what waited for it is completed in place. */
export function digestArrived(): void {
  const certificate = document.getElementById("certificate-digest");
  if (certificate) certificate.textContent = t("cert.digest", { sha256: app.digest });
  const wait = document.getElementById("receipt-wait");
  if (wait) wait.textContent = "";
  document.getElementById("recipient")?.dispatchEvent(new Event("input"));
}
