/** Light or dark: the system's, until another is chosen. */

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
