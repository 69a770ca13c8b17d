/** Where one is logged in, and the tokens of one's programs; each can be ended. */
import { endSession, sessions, type Session } from "../api/account";
import { h } from "../dom";
import { t } from "../i18n/t";
import { MessageBox, messageOf } from "../problems";
import { clockText, dateText } from "../time/zone";
import { working } from "./fields";

export function sessionsSection(): HTMLElement {
  const box = new MessageBox();
  const list = h("ul", { class: "sessions" });
  const look = async (): Promise<void> => {
    try {
      list.replaceChildren(...(await sessions()).map(line));
    } catch (problem) {
      box.show(messageOf(problem));
    }
  };
  const line = (one: Session): HTMLElement => {
    const seen = one.seen === null ? "" : t("account.seen", { when: `${dateText(one.seen)} ${clockText(one.seen)}` });
    const end = working(t("account.end"), box, async () => {
      await endSession(one.id);
      await look();
    });
    return h(
      "li",
      {},
      h(
        "span",
        {},
        h("strong", {}, one.kind === "token" ? t("account.token", { label: one.label }) : browserOf(one.agent)),
        h("small", {}, [one.address, seen].filter(Boolean).join(" · ")),
      ),
      one.mine ? h("em", {}, t("account.this")) : end,
    );
  };
  void look();
  return h(
    "section",
    { "aria-labelledby": "account-sessions" },
    h("h2", { id: "account-sessions" }, t("account.sessions")),
    h("p", { class: "hint" }, t("account.sessions_hint")),
    list,
    box.element,
  );
}

/** The browser's own name of the many that it gives. */
function browserOf(agent: string): string {
  const known = [/Edg\/\d+/, /OPR\/\d+/, /Firefox\/\d+/, /Chrome\/\d+/, /Version\/\d+(?=.*Safari)/];
  const found = known.map((name) => agent.match(name)?.[0]).find(Boolean);
  return found?.replace("Edg/", "Edge/").replace("Version/", "Safari/").replace("/", " ") ?? (agent.slice(0, 60) || "?");
}
