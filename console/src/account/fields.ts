/** The forms of an account: labelled fields, one button at work at a time, and where it says what went wrong. */
import { button, h } from "../dom";
import { t } from "../i18n/t";
import { MessageBox, messageOf } from "../problems";

export function passwordField(id: string, autocomplete: "current-password" | "new-password"): HTMLInputElement {
  return h("input", { id, type: "password", autocomplete, required: true, maxlength: 1000 });
}

export function codeField(id: string, needed = true): HTMLInputElement {
  return h("input", {
    id,
    class: "code",
    autocomplete: "one-time-code",
    autocapitalize: "none",
    spellcheck: "false",
    required: needed,
    maxlength: 100,
  });
}

export function labelled(text: string, field: HTMLInputElement): HTMLElement {
  return h("p", { class: "labelled" }, h("label", { for: field.id }, text), field);
}

/** A button that does one thing, and is at rest again once it is done. */
export function working(text: string, box: MessageBox, work: () => Promise<void>, primary = false): HTMLButtonElement {
  const pressed = button(text, () => void run(), primary ? { class: "primary" } : {});
  const run = async (): Promise<void> => {
    const form = pressed.form;
    if (form && !form.reportValidity()) return;
    pressed.disabled = true;
    box.show(null);
    try {
      await work();
    } catch (problem) {
      box.show(messageOf(problem));
    } finally {
      pressed.disabled = false;
    }
  };
  return pressed;
}

/** Enter does what the form's first button does. */
export function form(name: string, ...children: (Node | string)[]): HTMLFormElement {
  const made = h(
    "form",
    {
      "aria-label": name,
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        made.querySelector<HTMLButtonElement>("button.primary")?.click();
      },
    },
    ...children,
    // Without a submit button Enter does nothing where there are several fields.
    h("button", { type: "submit", hidden: true, tabindex: -1 }, t("account.submit")),
  );
  return made;
}
