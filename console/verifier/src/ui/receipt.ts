/** The statement of the check, for print, and the receipt that goes back to the sender. */

import { button, h } from "../../../src/dom";
import type { Report, Shown } from "../report";
import { app } from "./app";
import { meaning } from "./lines";
import { title } from "./summary";
import { type Key, moment, t } from "./words";

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
  recipient: { name: string; office: string };
  date: number;
}

export function receipt(report: Report, digest: string, tag: string, name: string, office: string, at: number): Receipt {
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
    recipient: { name, office },
    date: at,
  };
}

export function certificateSection(report: Report, shown: Shown): HTMLElement {
  const today = moment(Date.now() * 1000);
  return h(
    "section",
    { class: "card certificate", id: "certificate", "aria-labelledby": "certificate-title" },
    h("h2", { id: "certificate-title" }, t("certificate")),
    h("p", {}, t("cert.1", { date: today, package: report.package, case: shown.case || "-" })),
    app.file
      ? h("p", { class: "path", id: "certificate-digest" }, app.digest ? t("cert.digest", { sha256: app.digest }) : t("receiptWait"))
      : h("p", {}, t("receiptFolder")),
    h("p", {}, t(report.trust === "given" ? "cert.trust" : "cert.noTrust")),
    h(
      "ol",
      { class: "plain" },
      ...report.verdicts.map((one) =>
        h("li", {}, h("strong", {}, `${title(one.n)}: ${t(`state.${one.state}` as Key).toLowerCase()}. `), meaning(one)),
      ),
    ),
    h("p", {}, t("cert.limits")),
    h("p", { class: "print-only" }, t("cert.signed")),
  );
}

export function receiptSection(report: Report): HTMLElement {
  const name = h("input", { id: "recipient", type: "text", autocomplete: "name", maxlength: 200 });
  const office = h("input", { id: "office", type: "text", autocomplete: "organization", maxlength: 200 });
  const told = h("p", { role: "status", id: "receipt-told" });
  const save = (): void => {
    const now = Date.now() * 1000;
    download(receipt(report, app.digest, tagDigest(report), name.value.trim(), office.value.trim(), now), "tanda-terima.json");
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
  };
  name.addEventListener("input", refresh);
  office.addEventListener("input", refresh);
  return h(
    "section",
    { class: "card", id: "receipt", "aria-labelledby": "receipt-title" },
    h("h2", { id: "receipt-title" }, t("receipt")),
    h("p", {}, t("receiptText")),
    h("label", { for: "recipient" }, t("name")),
    name,
    h("label", { for: "office" }, t("office")),
    office,
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
