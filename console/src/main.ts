/** Where the page begins: who is here decides what is shown. */
import { whoAmI } from "./api/archive";
import { showBench } from "./bench";
import { h } from "./dom";
import { showLogin } from "./login";
import { MessageBox, messageOf } from "./problems";
import "./style/base.css";
import "./style/forms.css";
import "./style/list.css";
import "./style/player.css";
import "./style/whose.css";
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
    if (person) takeDown = showBench(app, person, () => leave(false));
    else leave(false);
  } catch (problem) {
    const box = new MessageBox();
    box.show(messageOf(problem));
    app.replaceChildren(h("main", { class: "login" }, box.element));
    setTimeout(() => void begin(), RETRY_MS);
  }
}

document.addEventListener("saksi:signed-out", () => {
  if (takeDown) leave(true);
});
void begin();
