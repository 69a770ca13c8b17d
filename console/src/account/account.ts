/** One's own account; and what has to be done in it before anything else goes. */
import type { Person } from "../api/archive";
import { button, h } from "../dom";
import { languageSwitch } from "../header";
import { t } from "../i18n/t";
import { passwordSection } from "./password";
import { secondSection } from "./second";
import { sessionsSection } from "./sessions";

/** `done` begins anew, with what the archive then says. Answers how to take the page down. */
export function showAccount(app: HTMLElement, person: Person, done: () => void): () => void {
  const sections = {
    password_must_change: () => [h("p", { class: "first" }, t("account.password_first")), passwordSection(done)],
    second_factor_missing: () => [h("p", { class: "first" }, t("account.second_first")), secondSection(done)],
  };
  const content = person.pending
    ? sections[person.pending]()
    : person.provider
      ? [h("p", { class: "first" }, t("account.provider")), sessionsSection()]
      : [passwordSection(() => undefined), secondSection(() => undefined), sessionsSection()];
  app.replaceChildren(
    h(
      "main",
      { class: person.pending ? "login account" : "login account whole" },
      h(
        "div",
        { class: "account-head" },
        h("h1", {}, t("account.title", { name: person.name })),
        languageSwitch(),
        !person.pending && button(t("account.back"), done, { id: "account-back" }),
      ),
      ...content,
    ),
  );
  app.querySelector("input")?.focus();
  return () => app.replaceChildren();
}
