/** Who sits here, and what they may do. */

import * as api from "./api.js";
import { line } from "./dialogs.js";
import { byId, tell } from "./dom.js";
import { said } from "./words.js";

/** @typedef {{name: string, access: string}} Who */

export const mayWrite = () => document.body.dataset.access !== "read";

export const refuse = () => tell(said("Your token may look, and neither hand over nor decide."), "warning");

/** @type {Promise<Who> | null} Asked for now; whoever else needs to know waits for the same answer. */
let asking = null;

/**
 * Who is here; asked where the service does not know.
 * @param {Who | Error} found
 * @returns {Promise<Who>}
 */
export async function identify(found) {
  if (!(found instanceof Error)) return here(found);
  if (!(found instanceof api.Problem) || found.status !== 401) throw found;
  asking ??= ask(found.body.needs_token === true, "").finally(() => (asking = null));
  return asking;
}

/** Leave the page to somebody else. */
export async function leave() {
  await api.leave();
  localStorage.removeItem("name");
  location.reload();
}

/** @param {boolean} token @param {string} problem with what was typed before @returns {Promise<Who>} */
async function ask(token, problem) {
  const title = token ? said("A token is needed here.") : said("Who decides?");
  const hint = token ? said("gkllm serve token add NAME prints one.") : said("Your name is kept with every decision.");
  const type = token ? "password" : "text";
  const typed = await line(title, { hint, problem, type, value: token ? "" : localStorage.getItem("name") ?? "", needed: token });
  const name = typed?.trim();
  try {
    const found = await api.enter(token ? { token: name } : name ? { name } : {});
    if (!token) localStorage.setItem("name", found.name);
    return here(found);
  } catch (error) {
    return ask(token, String(/** @type {Error} */ (error).message));
  }
}

/** @param {Who} who */
function here(who) {
  document.body.dataset.reviewer = who.name;
  document.body.dataset.access = who.access;
  byId("who").textContent = who.access === "read" ? said("{name}, read only", { name: who.name }) : who.name;
  return who;
}
