/** The page: who is here, in which language, and which view the address names. */

import { identify, leave } from "./access.js";
import * as api from "./api.js";
import { byId, keepTheme, tell, toggleTheme } from "./dom.js";
import { follow } from "./api.js";
import { listen } from "./dialogs.js";
import { offerReports, showOverview, showReports } from "./reports.js";
import { Review } from "./review.js";
import { offerUpload } from "./upload.js";
import { language, preferred, speak } from "./words.js";

const review = new Review();

/** @param {string} view */
function reveal(view) {
  for (const name of ["review", "reports", "overview"]) byId(`view-${name}`).hidden = name !== view;
  for (const link of document.querySelectorAll("nav a")) {
    const own = link.getAttribute("data-view") === view;
    if (own) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Show what the address names: `#/queue`, `#/reports`, `#/reports/ID`, `#/reports/ID/CELL`, `#/overview`. */
async function route() {
  const [path, query] = location.hash.slice(2).split("?");
  const [view, report, cell] = path.split("/").map(decodeURIComponent);
  try {
    if (view === "overview") {
      reveal("overview");
      await showOverview();
    } else if (view === "reports" && !report) {
      reveal("reports");
      await showReports(new URLSearchParams(query).get("issuer"));
    } else {
      reveal("review");
      if (report && cell) review.show({ report, cell });
      else if (report) await review.showReport(report);
      else review.showQueue();
    }
  } catch (problem) {
    tell(String(/** @type {Error} */ (problem).message), "error");
  }
}

function listenToAll() {
  const events = { decision: review.heard.bind(review), reports: () => review.queue.load(), again: () => review.queue.load() };
  follow(events);
}

/** Change the language: what is on the page is said anew. */
async function changeLanguage() {
  await speak(language() === "en" ? "zh" : "en");
  byId("language").textContent = language() === "en" ? "中文" : "English";
  listenToAll();
  await review.queue.load();
  await route();
}

/** On narrow screens one pane is shown at a time. @param {string} pane */
function choosePane(pane) {
  byId("view-review").dataset.pane = pane;
  for (const button of document.querySelectorAll("[data-shows]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-shows") === pane));
  }
}

async function start() {
  keepTheme();
  const known = api.session().catch((problem) => problem);
  await speak(preferred());
  byId("language").textContent = language() === "en" ? "中文" : "English";
  document.body.classList.remove("waiting");
  await identify(await known);
  // Its stream of events ended with the session.
  api.whenUnknown((problem) => identify(problem).then(listenToAll));
  byId("who").addEventListener("click", leave);
  byId("language").addEventListener("click", changeLanguage);
  byId("theme").addEventListener("click", toggleTheme);
  for (const button of document.querySelectorAll("[data-action]")) {
    button.addEventListener("click", () => review.act(button.getAttribute("data-action") ?? "", Number(button.getAttribute("data-number"))));
  }
  for (const button of document.querySelectorAll("[data-shows]")) {
    button.addEventListener("click", () => choosePane(button.getAttribute("data-shows") ?? ""));
  }
  byId("queue").addEventListener("click", () => choosePane("document"));
  listen((action, number) => review.act(action, number), () => !document.querySelector("dialog[open]") && !byId("view-review").hidden);
  offerReports();
  offerUpload((job) => {
    review.queue.load();
    const read = (job.files ?? []).flatMap((file) => file.reports);
    if (read.length === 1) location.hash = `#/reports/${read[0]}`;
  });
  window.addEventListener("hashchange", route);
  if (!location.hash) history.replaceState(null, "", "#/queue");
  listenToAll();
  await Promise.all([review.queue.load(), route()]);
}

start().catch((problem) => tell(problem.message, "error"));
