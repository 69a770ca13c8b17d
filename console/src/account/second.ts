/** The second factor: an authenticator scans a picture, its first code puts it in force, ten codes are kept on paper. */
import {
  askSecret,
  confirmSecret,
  removeSecondFactor,
  renewCodes,
  secondFactor,
  type NewSecret,
  type SecondFactor,
} from "../api/account";
import { button, h } from "../dom";
import { t } from "../i18n/t";
import { MessageBox, messageOf } from "../problems";
import { dateText } from "../time/zone";
import { codeField, form, labelled, passwordField, working } from "./fields";

const FEW = 3;

export function secondSection(done: () => void): HTMLElement {
  const box = new MessageBox();
  const content = h("div", {});
  const show = (...children: HTMLElement[]): void => content.replaceChildren(...children);

  const look = async (): Promise<void> => {
    try {
      show(...standing(await secondFactor()));
    } catch (problem) {
      box.show(messageOf(problem));
    }
  };

  const standing = (now: SecondFactor): HTMLElement[] => {
    const present = passwordField("second-present", "current-password");
    const code = codeField("second-code");
    const begin = working(
      t(now.enrolled ? "account.second_replace" : "account.second_begin"),
      box,
      async () => show(...scanning(await askSecret(present.value, now.enrolled ? code.value : ""))),
      true,
    );
    const renew = working(t("account.second_renew"), box, async () => show(...keeping(await renewCodes(present.value, code.value))));
    const remove = working(t("account.second_remove"), box, async () => {
      await removeSecondFactor(present.value, code.value);
      await look();
    });
    const said = now.enrolled
      ? t("account.second_since", { date: now.since === null ? "" : dateText(now.since), left: now.recoveryLeft })
      : t(now.needed ? "account.second_needed" : "account.second_none");
    return [
      h("p", { class: now.enrolled && now.recoveryLeft <= FEW ? "few" : "" }, said),
      form(
        t("account.second"),
        labelled(t("account.present"), present),
        ...(now.enrolled ? [labelled(t("account.second_code_or_recovery"), code)] : []),
        h("p", { class: "actions" }, begin, now.enrolled && renew, now.enrolled && !now.needed && remove),
      ),
    ];
  };

  const scanning = (given: NewSecret): HTMLElement[] => {
    const code = codeField("first-code");
    const confirm = working(t("account.second_confirm"), box, async () => show(...keeping(await confirmSecret(code.value))), true);
    queueMicrotask(() => code.focus());
    const picture = URL.createObjectURL(new Blob([given.picture], { type: "image/svg+xml" }));
    return [
      h("p", {}, t("account.second_scan")),
      h("img", { class: "qr", src: picture, alt: t("account.second_picture"), onload: () => URL.revokeObjectURL(picture) }),
      h("p", {}, t("account.second_by_hand")),
      h("p", { class: "secret" }, given.secret.replace(/(.{4})(?=.)/g, "$1 ")),
      form(t("account.second_confirm"), labelled(t("account.second_first_code"), code), confirm),
    ];
  };

  const keeping = (codes: string[]): HTMLElement[] => {
    const file = URL.createObjectURL(new Blob([`${codes.join("\r\n")}\r\n`], { type: "text/plain" }));
    return [
      h("p", {}, t("account.recovery_keep")),
      h("ul", { class: "codes" }, ...codes.map((code) => h("li", {}, code))),
      h(
        "p",
        { class: "actions" },
        h("a", { class: "download", href: file, download: t("account.recovery_file") }, t("account.recovery_download")),
        button(
          t("account.recovery_kept"),
          () => {
            URL.revokeObjectURL(file);
            void look();
            done();
          },
          { class: "primary" },
        ),
      ),
    ];
  };

  void look();
  return h(
    "section",
    { "aria-labelledby": "account-second" },
    h("h2", { id: "account-second" }, t("account.second")),
    content,
    box.element,
  );
}
