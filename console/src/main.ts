/** Where the page begins: who is here decides what is shown. */
import { showAccount } from "./account/account";
import { whoAmI, type Person } from "./api/archive";
import { showBench } from "./bench";
import { h } from "./dom";
import { showLogin } from "./login";
import { MessageBox, messageOf } from "./problems";
import { statePurposeOfBefore } from "./provider";
import "./style/base.css";
import "./style/forms.css";
import "./style/list.css";
import "./style/player.css";
import "./style/whose.css";
import "./style/account.css";
import "./style/agency.css";
import "./style/narrow.css";

const RETRY_MS = 5_000;
const app = document.getElementById("app")!;
let takeDown: (() => void) | null = null;

function leave(expired: boolean): void {
  takeDown?.();
  takeDown = null;
  showLogin(app, expired, () => void begin());
}

async function begin(): Promise<void> {
  try {
    const person = await whoAmI();
    if (person) await statePurposeOfBefore(person);
    takeDown?.();
    takeDown = null;
    if (!person) leave(false);
    else if (person.pending) takeDown = showAccount(app, person, () => void begin());
    else takeDown = showBench(app, person, { signedOut: () => leave(false), account: () => account(person) });
  } catch (problem) {
    const box = new MessageBox();
    box.show(messageOf(problem));
    app.replaceChildren(h("main", { class: "login" }, box.element));
    setTimeout(() => void begin(), RETRY_MS);
  }
}

/** The address keeps the view, so that it is there again afterwards. */
function account(person: Person): void {
  takeDown?.();
  takeDown = showAccount(app, person, () => void begin());
}

document.addEventListener("saksi:signed-out", () => {
  if (takeDown) leave(true);
});
void begin();
