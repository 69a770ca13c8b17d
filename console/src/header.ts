/** The line above everything: whose archive, what time it is, in which language, who is looking. */
import { signOut, type Person } from "./api/archive";
import { button, h, setText } from "./dom";
import { changeLanguage, language, t, type Language } from "./i18n/t";
import { MessageBox, messageOf, type Message } from "./problems";
import { now } from "./time/clock";
import { clockText, dateText, ZONE } from "./time/zone";

export function languageSwitch(): HTMLElement {
  const choice = (to: Language, name: string): HTMLElement =>
    button(to.toUpperCase(), () => changeLanguage(to), {
      class: "quiet",
      lang: to,
      title: name,
      "aria-label": name,
      "aria-pressed": String(to === language),
    });
  return h(
    "div",
    { class: "languages", role: "group", "aria-label": t("app.language") },
    choice("id", "Bahasa Indonesia"),
    choice("en", "English"),
  );
}

/** Ways out of the page: the session has ended, or one's own account is looked at. */
export interface Leaving {
  signedOut: () => void;
  account: () => void;
}

/** `messages` is where a sign-out that did not succeed is told: whoever believes in it leaves the computer to others.
 * `tools` open what is asked rarely. */
export function header(person: Person, leaving: Leaving, messages: MessageBox, tools: readonly HTMLElement[]): HTMLElement {
  const local = h("span", { class: "now" });
  const utc = h("span", { class: "now-utc" });
  const tick = (): void => {
    const present = now();
    setText(local, `${dateText(present)} ${clockText(present)} ${ZONE}`);
    setText(utc, `${clockText(present, "UTC")} UTC`);
  };
  const leave = async (): Promise<void> => {
    exit.disabled = true;
    try {
      await signOut();
      leaving.signedOut();
    } catch (problem) {
      messages.show(stillSignedIn(problem));
      exit.disabled = false;
    }
  };
  const exit = button(t("app.sign_out"), () => void leave(), { class: "quiet" });
  tick();
  setInterval(tick, 1000);
  return h(
    "header",
    { class: "top" },
    h("a", { class: "skip", href: "#player", onclick: skipToPlayer }, t("app.skip")),
    h("div", { class: "brand" }, h("img", { src: "/favicon.svg", alt: "" }), h("h1", {}, "Saksi")),
    h("p", { class: "tagline" }, t("app.tagline")),
    ...tools,
    h("div", { class: "clocks" }, local, utc),
    languageSwitch(),
    button(t("app.signed_in_as", { name: person.name, role: person.role }), leaving.account, {
      class: "quiet person",
      id: "account-open",
      title: t("account.open"),
    }),
    exit,
  );
}

function stillSignedIn(problem: unknown): Message {
  return { tone: "error", text: t("app.still_signed_in", { why: messageOf(problem).text }), remedy: t("app.still_signed_in_remedy") };
}

/** The hash holds the view, so the skip link moves the focus itself. */
function skipToPlayer(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById("player")?.focus();
}
