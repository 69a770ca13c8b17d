/** A new password: the present one, and the new one twice, since nobody sees what they type. */
import { changePassword } from "../api/account";
import { h } from "../dom";
import { t } from "../i18n/t";
import { MessageBox } from "../problems";
import { form, labelled, passwordField, working } from "./fields";

export function passwordSection(done: () => void): HTMLElement {
  const box = new MessageBox();
  const present = passwordField("present", "current-password");
  const fresh = passwordField("fresh", "new-password");
  const again = passwordField("again", "new-password");
  const change = working(
    t("account.change_password"),
    box,
    async () => {
      if (fresh.value !== again.value) {
        box.show({ tone: "error", text: t("account.differ") });
        again.select();
        return;
      }
      await changePassword(present.value, fresh.value);
      for (const field of [present, fresh, again]) field.value = "";
      box.show({ tone: "notice", text: t("account.password_changed") });
      done();
    },
    true,
  );
  return h(
    "section",
    { "aria-labelledby": "account-password" },
    h("h2", { id: "account-password" }, t("account.password")),
    form(
      t("account.password"),
      labelled(t("account.present"), present),
      labelled(t("account.fresh"), fresh),
      h("p", { class: "hint" }, t("account.fresh_hint")),
      labelled(t("account.again"), again),
      box.element,
      change,
    ),
  );
}
