/** Signing in through a provider: a button where the archive has one, and what went wrong on the way back. */
import { leaveForProvider, statePurpose, waysToSignIn, type Person } from "./api/archive";
import { button, h } from "./dom";
import { t } from "./i18n/t";
import { messageOf, type MessageBox } from "./problems";

/** The purpose travels with the tab: the provider's site lies between stating and using it. */
const PURPOSE = "saksi.purpose_stated";

export function providerButton(box: MessageBox, purpose: () => string): HTMLElement {
  const place = h("div", { class: "provider", hidden: true });
  const leave = (): void => {
    // What this tab remembers, it remembers of whoever sat here before.
    sessionStorage.clear();
    if (purpose()) sessionStorage.setItem(PURPOSE, purpose());
    leaveForProvider();
  };
  const look = async (): Promise<void> => {
    try {
      const ways = await waysToSignIn();
      if (ways.problem) box.show(messageOf(ways.problem));
      place.hidden = !ways.oidc;
    } catch {
      // The form works without; what is wrong with the archive it tells at the first attempt.
    }
  };
  place.append(button(t("login.provider"), leave));
  void look();
  return place;
}

/** States what was said before leaving for the provider, once. */
export async function statePurposeOfBefore(person: Person): Promise<void> {
  const purpose = sessionStorage.getItem(PURPOSE);
  if (purpose === null) return;
  sessionStorage.removeItem(PURPOSE);
  if (person.purpose !== "") return;
  await statePurpose(purpose);
  person.purpose = purpose;
}
