/** The sign-in form. The cookie that it earns is HttpOnly: the page never sees a token. */
import { codeField } from "./account/fields";
import { signIn } from "./api/archive";
import { Problem } from "./api/client";
import { h } from "./dom";
import { languageSwitch } from "./header";
import { t } from "./i18n/t";
import { MessageBox, messageOf } from "./problems";
import { providerButton } from "./provider";

export function showLogin(app: HTMLElement, expired: boolean, done: () => void): void {
  const box = new MessageBox();
  const name = h("input", { id: "name", name: "name", autocomplete: "username", required: true });
  const password = h("input", {
    id: "password",
    name: "password",
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
  const purpose = h("input", { id: "purpose", name: "purpose", "aria-describedby": "purpose-hint", maxlength: 200 });
  const code = codeField("code", false);
  // Asked for once the password was right, of whoever has a second factor.
  const second = h(
    "div",
    { class: "second", hidden: true },
    h("label", { for: "code" }, t("login.code")),
    code,
    h("p", { class: "hint" }, t("login.code_hint")),
  );
  const submit = h("button", { type: "submit", class: "primary" }, t("login.submit"));

  const onsubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    submit.disabled = true;
    submit.textContent = t("login.busy");
    try {
      // What this tab remembers, it remembers of whoever sat here before.
      sessionStorage.clear();
      await signIn(name.value, password.value, second.hidden ? "" : code.value, purpose.value.trim());
      done();
    } catch (problem) {
      submit.disabled = false;
      submit.textContent = t("login.submit");
      const asked = problem instanceof Problem && problem.code === "second_factor_required";
      box.show(asked ? null : messageOf(problem));
      if (asked) second.hidden = false;
      (asked || (problem instanceof Problem && problem.field === "code") ? code : password).select();
    }
  };

  if (expired) box.show({ tone: "notice", text: t("login.expired") });
  app.replaceChildren(
    h(
      "main",
      { class: "login" },
      h("div", { class: "brand large" }, h("img", { src: "/favicon.svg", alt: "" }), h("h1", {}, "Saksi")),
      h("p", { class: "tagline" }, t("app.tagline")),
      h(
        "form",
        { onsubmit: (event: SubmitEvent) => void onsubmit(event), "aria-label": t("login.title") },
        h("label", { for: "name" }, t("login.name")),
        name,
        h("label", { for: "password" }, t("login.password")),
        password,
        second,
        h("label", { for: "purpose" }, t("login.purpose")),
        purpose,
        h("p", { class: "hint", id: "purpose-hint" }, t("login.purpose_hint")),
        box.element,
        submit,
        providerButton(box, () => purpose.value.trim()),
      ),
      languageSwitch(),
    ),
  );
  name.focus();
}
