/** Asks once more what the viewing is for, at the first play and beside it: nobody is kept from watching by a form. */
import { statePurpose, type Person } from "./api/archive";
import { button, h } from "./dom";
import { t } from "./i18n/t";
import { MessageBox, messageOf } from "./problems";

/** Kept for the tab: a reload does not ask again. */
const ASKED = "saksi.purpose_asked";

export class PurposeQuestion {
  readonly element: HTMLElement;
  private readonly purpose = h("input", { id: "purpose", "aria-describedby": "purpose-hint", maxlength: 200 });
  private readonly messages = new MessageBox();

  constructor(private readonly person: Person) {
    this.element = h(
      "form",
      { class: "purpose", hidden: true, onsubmit: (event: SubmitEvent) => void this.state(event) },
      h("label", { for: "purpose" }, t("login.purpose")),
      this.purpose,
      h("button", { type: "submit" }, t("purpose.state")),
      button(t("purpose.skip"), () => this.done(), { class: "quiet" }),
      h("p", { class: "hint", id: "purpose-hint" }, t("login.purpose_hint")),
      this.messages.element,
    );
  }

  /** At every play; shows itself at the first. */
  ask(): void {
    if (this.person.purpose === "" && sessionStorage.getItem(ASKED) === null) this.element.hidden = false;
  }

  private async state(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const purpose = this.purpose.value.trim();
    try {
      await statePurpose(purpose);
      this.person.purpose = purpose;
      this.done();
    } catch (problem) {
      this.messages.show(messageOf(problem));
    }
  }

  private done(): void {
    sessionStorage.setItem(ASKED, "1");
    this.element.hidden = true;
  }
}
