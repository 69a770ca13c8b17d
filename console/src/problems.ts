/** Shows what went wrong and what to do about it, in words. */
import { Problem } from "./api/client";
import { button, h } from "./dom";
import { t } from "./i18n/t";

export type Tone = "error" | "notice";

export interface Message {
  tone: Tone;
  text: string;
  remedy?: string;
  /** What can be done about it right here. */
  action?: { label: string; run: () => void };
}

export function messageOf(problem: unknown): Message {
  if (problem instanceof Problem) return { tone: "error", text: problem.detail, remedy: problem.remedy };
  return { tone: "error", text: String(problem) };
}

/** A place on the page that holds at most one message; an unchanged message is left alone. */
export class MessageBox {
  readonly element = h("div", { class: "messages", "aria-live": "polite" });
  private shown = "";

  show(message: Message | null): void {
    const key = JSON.stringify(message);
    if (key === this.shown) return;
    this.shown = key;
    this.element.replaceChildren();
    if (!message) return;
    const remedy = message.remedy && h("span", { class: "remedy" }, t("problem.remedy", { remedy: message.remedy }));
    this.element.append(
      h(
        "div",
        { class: `message ${message.tone}`, role: message.tone === "error" ? "alert" : "status" },
        h("p", {}, h("span", {}, message.text), remedy),
        message.action && button(message.action.label, message.action.run, { class: "action" }),
        button("×", () => this.show(null), { class: "quiet close", "aria-label": t("problem.dismiss") }),
      ),
    );
  }

  get text(): string {
    return this.shown;
  }
}
