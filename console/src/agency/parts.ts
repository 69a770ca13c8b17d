/** The parts of an agency's page. */
import { answerTicket, type Agency, type AgencyCamera, type Ticket, type Verdict } from "../api/agency";
import { h } from "../dom";
import { language, named, t, type Key } from "../i18n/t";
import { length } from "../list/words";
import { messageOf, type MessageBox } from "../problems";
import { momentText, ZONE } from "../time/zone";

const UNIT: Record<string, Key> = {
  cameras: "agency.unit_cameras",
  uptime: "agency.unit_percent",
  clock: "agency.unit_ms",
  retention: "agency.unit_days",
};

/** As the language writes numbers; a dash for what is not known. */
export function figure(value: number | null): string {
  return value === null ? "–" : value.toLocaleString(language === "id" ? "id-ID" : "en-GB", { maximumFractionDigits: 2 });
}

const percent = (value: number | null): string => (value === null ? "–" : `${figure(value)} %`);
const when = (at: number): string => `${momentText(at)} ${ZONE}`;
const monthText = (month: string): string =>
  new Date(`${month}-15T00:00:00Z`).toLocaleString(language === "id" ? "id-ID" : "en-GB", { month: "long", year: "numeric" });

export function monthOf(agency: Agency): HTMLElement {
  const bound = agency.obliged === null ? t("agency.no_terms") : agency.obliged ? t("agency.obliged", { basis: agency.basis }) : t("agency.voluntary");
  const gap = agency.longest;
  const longest = gap && t("agency.longest", {
    camera: agency.cameras.find((one) => one.id === gap.camera)?.name ?? gap.camera,
    from: when(gap.from),
    length: length(gap.to - gap.from),
    reason: named("reason", gap.reason),
  });
  return h(
    "section",
    { class: `agency-month ${agency.state}`, "aria-labelledby": "agency-month" },
    h("h3", { id: "agency-month" }, `${agency.name} · ${monthText(agency.month)}`),
    h("p", {}, bound),
    h("p", { class: "agency-now" }, t("agency.connected", { recording: agency.recording, of: agency.of })),
    h("p", {}, t("agency.recorded", { recorded: percent(agency.recorded), uptime: percent(agency.uptime) })),
    longest && h("p", {}, longest),
    agency.verdicts.length > 0 && h("ul", { class: "verdicts" }, ...agency.verdicts.map(verdictOf)),
    h("p", { class: "hint" }, t("agency.fair")),
  );
}

function verdictOf(one: Verdict): HTMLElement {
  const tone = one.kept === null ? "unknown" : one.kept ? "kept" : "broken";
  const unit = t(UNIT[one.rule] ?? "agency.unit_cameras");
  return h(
    "li",
    { class: tone },
    h("strong", {}, `${t(`rule.${one.rule}` as Key)}: ${t(`agency.${tone}` as Key)}`),
    ` ${t(one.found === null ? "agency.only_agreed" : "agency.verdict", { agreed: figure(one.agreed), found: figure(one.found), unit })}`,
  );
}

/** `answered` null: the reader may only read. */
export function ticketList(agency: Agency, answered: (() => void) | null, messages: MessageBox): HTMLElement {
  const items = agency.tickets.map((one) => ticketItem(one, answered, messages));
  return h(
    "section",
    { class: "agency-tickets", "aria-labelledby": "agency-tickets" },
    h("h3", { id: "agency-tickets" }, t("agency.to_fix", { count: agency.tickets.length })),
    items.length ? h("ul", {}, ...items) : h("p", { class: "hint" }, t("agency.nothing_to_fix")),
  );
}

function ticketItem(one: Ticket, answered: (() => void) | null, messages: MessageBox): HTMLElement {
  const where = [one.camera, one.site].filter(Boolean).join(" · ");
  const state = one.promised ? t("agency.promised", { day: one.promised }) : t(`ticket.${one.state}` as Key);
  return h(
    "li",
    { class: `ticket ${one.state}`, "data-ticket": one.id },
    h("p", {}, h("strong", {}, where ? `${where}: ${one.what}` : one.what)),
    h("p", { class: "agency-remedy" }, t("agency.what_to_do", { remedy: one.remedy })),
    h("p", { class: "hint" }, t("agency.ticket", { id: one.id, rule: t(`rule.${one.rule}` as Key), since: when(one.since), state })),
    answered && answerForm(one, answered, messages),
  );
}

function answerForm(one: Ticket, answered: () => void, messages: MessageBox): HTMLElement {
  const text = h("input", { id: `answer-${one.id}`, maxlength: 1000, required: true });
  // A promised day is an answer without a word beside it.
  const day = h("input", { id: `day-${one.id}`, type: "date", oninput: () => void (text.required = day.value === "") });
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      await answerTicket(one.id, text.value.trim(), day.value);
      answered();
    } catch (problem) {
      messages.show(messageOf(problem));
    }
  };
  return h(
    "form",
    { onsubmit: (event: SubmitEvent) => void send(event) },
    h("label", { for: text.id }, t("agency.note")),
    text,
    h("label", { for: day.id }, t("agency.right_by")),
    day,
    h("button", { type: "submit" }, t("agency.send")),
  );
}

export function cameraTable(agency: Agency): HTMLElement {
  const heads: Key[] = ["agency.camera", "agency.site", "agency.state", "agency.this_month"];
  return h(
    "section",
    { class: "agency-cameras", "aria-labelledby": "agency-cameras" },
    h("h3", { id: "agency-cameras" }, t("agency.cameras", { count: agency.cameras.length })),
    h(
      "div",
      { class: "agency-scroll" },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...heads.map((key) => h("th", { scope: "col" }, t(key))))),
        h("tbody", {}, ...agency.cameras.map(cameraRow)),
      ),
    ),
  );
}

function cameraRow(one: AgencyCamera): HTMLElement {
  const fault = one.fault;
  return h(
    "tr",
    { class: fault ? "broken" : "" },
    h("th", { scope: "row" }, one.name),
    h("td", {}, one.site),
    h(
      "td",
      {},
      fault ? h("strong", {}, fault.what) : named("state", one.state),
      fault && h("span", { class: "agency-remedy" }, ` ${fault.remedy}`),
      fault?.since ? h("span", { class: "hint" }, ` ${t("agency.since", { when: when(fault.since) })}`) : null,
    ),
    h("td", { class: "figure" }, percent(one.recorded)),
  );
}
