/** Uploads: by a button or dropped anywhere on the page; how far each is, and what became of it. */

import * as api from "./api.js";
import { byId, make, tell } from "./dom.js";
import { mayWrite, refuse } from "./access.js";
import { language, said } from "./words.js";

/** @type {(job: api.Job) => void} */
let finished = () => undefined;

/** @param {(job: api.Job) => void} whenDone told of every job that is done */
export function offerUpload(whenDone) {
  finished = whenDone;
  const input = /** @type {HTMLInputElement} */ (byId("files"));
  byId("upload").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    upload([...(input.files ?? [])]);
    input.value = "";
  });
  byId("uploads-close").addEventListener("click", () => (byId("uploads").hidden = true));
  let depth = 0;
  const shown = (/** @type {number} */ change) => {
    depth = Math.max(0, depth + change);
    byId("drop").hidden = depth === 0;
  };
  const carriesFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragenter", (event) => carriesFiles(event) && mayWrite() && shown(1));
  document.addEventListener("dragleave", (event) => carriesFiles(event) && shown(-1));
  document.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    shown(-1e9);
    if (!mayWrite()) return refuse();
    upload([...(event.dataTransfer?.files ?? [])]);
  });
}

/** @param {File[]} files */
async function upload(files) {
  if (!files.length) return;
  const bar = /** @type {HTMLProgressElement} */ (make("progress", { max: 1, value: 0, "aria-label": said("Upload") }));
  const state = make("span", { class: "muted" }, said("sending"));
  const name = files.length === 1 ? files[0].name : said("{count} files", { count: files.length });
  const list = make("ul", {});
  byId("uploads").hidden = false;
  byId("upload-list").prepend(make("li", { class: "job" }, make("b", {}, name), state, bar, list));
  try {
    const job = await api.known(() => send(files, (share) => (bar.value = share / 2)));
    await followed(job, (now) => {
      bar.value = 0.5 + now.done / (2 * Math.max(1, now.total));
      state.textContent = said("{done} of {total} read", { done: now.done, total: now.total });
    });
    const done = await api.job(job.id);
    bar.value = 1;
    state.textContent = said("{reports} read, {open} to review", { reports: done.reports, open: done.to_review });
    list.replaceChildren(...(done.files ?? []).flatMap(told));
    finished(done);
  } catch (problem) {
    bar.remove();
    state.textContent = String(/** @type {Error} */ (problem).message);
    tell(`${name}: ${state.textContent}`, "error");
  }
}

/** @param {{name: string, reports: string[], failures: {message: string}[]}} file */
function told(file) {
  const failed = file.failures.map((failure) => make("li", { class: "broken" }, failure.message));
  const read = file.reports.map((report) => make("li", {}, make("a", { href: `#/reports/${report}` }, file.name)));
  return [...read, ...failed];
}

/**
 * Send the files; XMLHttpRequest alone tells how far that is.
 * @param {File[]} files
 * @param {(share: number) => void} progress
 * @returns {Promise<api.Job>}
 */
function send(files, progress) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", api.address("/v1/reports"));
    request.setRequestHeader("Prefer", "respond-async");
    for (const [name, value] of Object.entries(api.unsafeHeaders())) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("error", () => reject(new Error(said("The service cannot be reached."))));
    request.addEventListener("load", () => {
      if (request.status < 300) resolve(request.response);
      else reject(new api.Problem(request.status, request.response ?? {}));
    });
    request.send(form);
  });
}

/**
 * Follow a job until it is done.
 * @param {api.Job} job
 * @param {(job: api.Job) => void} progress
 * @returns {Promise<void>}
 */
function followed(job, progress) {
  if (job.state === "done") return Promise.resolve();
  return new Promise((resolve) => {
    const events = new EventSource(`/v1/jobs/${job.id}/events?lang=${language()}`);
    events.addEventListener("job", (event) => {
      const now = /** @type {api.Job} */ (JSON.parse(/** @type {MessageEvent} */ (event).data));
      progress(now);
      if (now.state !== "done") return;
      events.close();
      resolve();
    });
  });
}
