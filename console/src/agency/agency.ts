/** What an agency sees of itself: what is wrong and what to do, this month, its cameras. Who manages chooses an agency. */
import { findAgency, type Agency as Shown } from "../api/agency";
import type { Person } from "../api/archive";
import { button, h } from "../dom";
import { t } from "../i18n/t";
import { MessageBox, messageOf } from "../problems";
import { cameraTable, monthOf, ticketList } from "./parts";

const OFTEN_MS = 60_000;

export class Agency {
  /** For the header; nobody else is shown it. */
  readonly opener: HTMLElement;
  readonly element: HTMLElement;
  private readonly choice = h("select", { id: "agency-choice", onchange: () => void this.load(this.choice.value) });
  private readonly chooser = h("span", { hidden: true }, h("label", { for: "agency-choice" }, t("agency.choose")), " ", this.choice);
  private readonly body = h("div", { class: "agency-body", "aria-live": "polite" });
  private readonly messages = new MessageBox();
  private readonly answers: boolean;
  private timer = 0;
  private round = 0;
  private id: string | null = null;

  constructor(person: Person) {
    this.answers = person.permissions.includes("ticket.write");
    this.opener = button(t("agency.title"), () => this.show(this.element.hidden), {
      class: "quiet",
      id: "agency-open",
      hidden: !person.permissions.includes("compliance.read"),
      "aria-expanded": "false",
      "aria-controls": "agency",
      title: t("agency.opener_help"),
    });
    this.element = h(
      "section",
      { class: "agency", id: "agency", hidden: true, "aria-labelledby": "agency-title" },
      h(
        "div",
        { class: "agency-head" },
        h("h2", { id: "agency-title", tabindex: -1 }, t("agency.heading")),
        this.chooser,
        button("×", () => this.show(false), { class: "quiet close", "aria-label": t("agency.close") }),
      ),
      this.messages.element,
      this.body,
    );
  }

  close(): void {
    window.clearInterval(this.timer);
    document.body.classList.remove("on-agency");
  }

  private show(open: boolean): void {
    this.element.hidden = !open;
    document.body.classList.toggle("on-agency", open);
    this.opener.setAttribute("aria-expanded", String(open));
    window.clearInterval(this.timer);
    if (!open) return this.opener.focus();
    this.element.querySelector<HTMLElement>("#agency-title")?.focus();
    void this.load(this.id);
    // While somebody writes an answer nothing is replaced under their hands.
    this.timer = window.setInterval(() => {
      if (!this.body.contains(document.activeElement)) void this.load(this.id);
    }, OFTEN_MS);
  }

  private async load(id: string | null): Promise<void> {
    const round = ++this.round;
    try {
      const { choices, agency } = await findAgency(id);
      if (round !== this.round) return;
      this.messages.show(null);
      this.id = agency?.id ?? null;
      this.chooser.hidden = choices.length < 2;
      this.choice.replaceChildren(...choices.map((one) => h("option", { value: one.id, selected: one.id === this.id }, one.name)));
      this.body.replaceChildren(...(agency ? this.parts(agency) : [h("p", { class: "hint" }, t("agency.none"))]));
    } catch (problem) {
      if (round === this.round) this.messages.show(messageOf(problem));
    }
  }

  private parts(agency: Shown): HTMLElement[] {
    const again = (): void => void this.load(agency.id);
    return [monthOf(agency), ticketList(agency, this.answers ? again : null, this.messages), cameraTable(agency)];
  }
}
