/** Elements, made without markup: nothing that a document says is ever parsed as HTML here; and light or dark. */

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] `class`, `data-…`, `aria-…`, `role` are attributes; `on…` listen.
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on") && typeof value === "function") {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * The element with this id, which the page has.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/**
 * An HTML fragment that the service rendered (it escapes what documents say), as nodes.
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/**
 * Call `work` once, `delay` milliseconds after the last call.
 * @template {unknown[]} A
 * @param {number} delay
 * @param {(...given: A) => void} work
 * @returns {(...given: A) => void}
 */
export function afterwards(delay, work) {
  let timer = 0;
  return (...given) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => work(...given), delay);
  };
}

/**
 * Tell something that passes: read out, shown for a while, and no obstacle.
 * @param {string} text
 * @param {"told" | "warning" | "error"} [kind]
 */
export function tell(text, kind = "told") {
  const notice = make("p", { class: `notice ${kind}` }, text);
  byId("notices").append(notice);
  window.setTimeout(() => notice.remove(), kind === "told" ? 4000 : 12000);
}

const DARK = window.matchMedia("(prefers-color-scheme: dark)");

/** @param {string | null} theme */
function put(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

export function keepTheme() {
  put(localStorage.getItem("theme"));
}

export function toggleTheme() {
  const now = document.documentElement.dataset.theme ?? (DARK.matches ? "dark" : "light");
  const wanted = now === "dark" ? "light" : "dark";
  localStorage.setItem("theme", wanted);
  put(wanted);
}
