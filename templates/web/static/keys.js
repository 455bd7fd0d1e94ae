/* Keys for whoever works here all day; every one of them does what a link, a field or a button on the page does.
   A single key can be switched off in the help (WCAG 2.1.4). Nothing is kept but that choice. */
"use strict";
(() => {
  const help = document.getElementById("keys");
  const box = document.getElementById("keys-on");
  const choice = (value) => {
    try {
      if (value !== undefined) localStorage.setItem("keys", value);
      return localStorage.getItem("keys");
    } catch {
      return null;
    }
  };
  const typing = (element) => element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog");
  const first = (...selectors) => selectors.map((each) => document.querySelector(each)).find(Boolean);
  const rows = () => [...document.querySelectorAll("[data-row] a[href]:first-of-type")]
    .filter((link, at, all) => all.findIndex((each) => each.closest("[data-row]") === link.closest("[data-row]")) === at);
  const step = (by) => {
    const all = rows();
    const row = document.activeElement.closest("[data-row]");
    const at = all.findIndex((link) => link.closest("[data-row]") === row);
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
    if (all[next]) all[next].focus();
  };
  const press = (name) => {
    const button = first(`[data-key="${name}"]`);
    if (button?.matches("input")) button.focus();
    else button?.click();
  };
  const keys = {
    "/": () => first("#look-up")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    a: () => first(`[data-key="a"]`, `form[action$="/approve"] button:not([disabled])`)?.focus(),
    c: () => press("c"),
    x: () => press("x"),
    n: () => press("n"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !help) return;
    if (typing(event.target)) return;
    if (event.key === "?") {
      box.checked = choice() !== "off";
      help.showModal();
    } else if (choice() === "off" || !Object.hasOwn(keys, event.key)) {
      return;
    } else {
      keys[event.key]();
    }
    event.preventDefault();
  });
  box?.addEventListener("change", () => choice(box.checked ? "on" : "off"));
})();
